"""Writing a campaign: its form, and how it will look while it is being written."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from crm.backoffice.options import users
from crm.queries import CONTACTS
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.pages import Page, row_of
from marketing.actions.campaigns import CHANGEABLE, change_campaign, create_campaign
from marketing.actions.readiness import refuse_unless
from marketing.actions.trying import seen_as
from marketing.api.serializers_campaigns import MOST_OF_CONTENT, CampaignInput
from marketing.backoffice.options import measures, segments, topics
from marketing.checks import problems
from marketing.models import Campaign
from marketing.queries_campaigns import CAMPAIGNS
from marketing.rendering import MERGE_FIELDS

# A mail in its frame: no script, no form, no origin of its own; pictures as a mail program would load them.
FRAMED = "sandbox; default-src 'none'; img-src 'self' https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
SHOWN = ("subject", "subject_b", "preheader", "content", "segment_id")
CALLED = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "full_name": _("Full name"),
    "email": _("E-mail"),
    "company_name": _("Company"),
    "job_title": _("Job title"),
    "city": _("City"),
}
# The blocks that a content is put together of (static/backoffice/campaign.js).
KINDS = (
    ("text", _("Text")),
    ("button", _("Button")),
    ("image", _("Picture")),
    ("divider", _("Dividing line")),
    ("html", "HTML"),
)


class CampaignForm(FormPage):
    """Write a campaign, or change one that has not begun."""

    template = "marketing/backoffice/campaign_form.html"
    section = "campaigns"
    rows = CAMPAIGNS
    serializer = CampaignInput
    create_action, update_action = create_campaign, change_campaign
    place = ("web:campaigns", "web:campaign", _("New campaign"), _("Edit campaign"))
    fields = (
        Field("name", _("Name"), hint=_("Only your team sees it.")),
        Field("segment_id", _("Segment"), "choice", options=segments),
        Field("subject", _("Subject"), half=False),
        Field("preheader", _("Preview text"), half=False, hint=_("Mail programs show it beside the subject.")),
        Field("scheduled_at", _("To be sent on"), "moment", hint=_("Empty: as soon as you send it.")),
        Field("topic", _("Topic"), "choice", options=topics, hint=_("Readers choose which topics they want.")),
        Field("subject_b", _("Second subject"), half=False),
        Field("test_share", _("Share that it is tried on, %"), "number"),
        Field("test_hours", _("Hours until the better one goes out"), "number"),
        Field("test_measure", _("Better is what has more"), "choice", options=measures),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("content", _("Content"), "area", half=False),
    )

    def _row(self) -> dict[str, Any] | None:
        """Refuses what has begun: not when it is saved, but before somebody writes in vain."""
        row = super()._row()
        if row is not None:
            refuse_unless(Campaign(status=row["status"]), CHANGEABLE)
        return row

    def preset(self) -> dict[str, Any]:
        defaults = {"topic": "news", "test_share": 20, "test_hours": 4, "test_measure": "opens"}
        return {"owner_id": self.actor.user_id, **defaults, **super().preset()}

    def _form(
        self,
        values: Mapping[str, Any],
        row: dict[str, Any] | None,
        errors: Mapping[str, Any],
        refusal: DomainError | None = None,
    ) -> dict[str, Any]:
        form = super()._form(values, row, errors, refusal)
        shown = {each.field.name: each for each in form["fields"]}
        tried = [shown[name] for name in ("subject_b", "test_share", "test_hours", "test_measure")]
        rest = [each for each in form["fields"] if each not in tried and each.field.name != "content"]
        merge = [(f"[[{name}]]", CALLED[name]) for name in MERGE_FIELDS]
        trying = bool(values.get("subject_b")) or any(each.errors for each in tried)
        content = {"content": shown["content"], "merge": merge, "kinds": KINDS}
        return {**form, **content, "fields": rest, "tried": tried, "trying": trying}


def _as_written(data: QueryDict) -> Campaign:
    """A campaign of what stands in the form, which is not stored."""
    content = data.get("content", "")
    if len(content) > MOST_OF_CONTENT:
        raise DomainError(_("Must have at most %(most)s characters.") % {"most": MOST_OF_CONTENT}, field="content")
    typed = {name: data.get(name) or None for name in SHOWN}
    return Campaign(**validated(CampaignInput, {**typed, "name": "-"}))


class CampaignDraft(Page):
    """What is being written, as a mail: for a frame. Of whom, `contact_id` says."""

    http_method_names = ["post"]
    required_permission = "marketing.view_campaign"

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("contact_id", "")
        known = asked.isascii() and asked.isdigit() and int(asked) <= MAX_ID
        contact = row_of(CONTACTS, int(asked), self.actor) if known else None
        return framed(seen_as(_as_written(request.POST), contact)["html"])


class CampaignChecks(Page):
    """What is to be said of what is being written: what stops it, and what its writer should know."""

    http_method_names = ["post"]
    template = "marketing/backoffice/_checks.html"
    required_permission = "marketing.view_campaign"

    def post(self, request: HttpRequest) -> HttpResponse:
        campaign = _as_written(request.POST)
        return self.draw({"problems": problems(campaign), "seen": seen_as(campaign, None), "campaign": campaign})


class CampaignPreview(Page):
    """A campaign as its readers get it, for a frame."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return framed(seen_as(row_of(CAMPAIGNS, kwargs["pk"], self.actor), None)["html"])


def framed(html: str) -> HttpResponse:
    """A mail for a frame of ours: its content was made clean, and the policy lets nothing of it run."""
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
