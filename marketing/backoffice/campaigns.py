"""The pages of campaigns: their list, one of them with its figures, and what is done with it."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.lists import Choice, Column, ListPage, Paged
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.toasts import toast
from marketing.actions.campaigns import delete_campaign, duplicate_campaign, restore_campaign
from marketing.actions.sending import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    send_campaign,
    unschedule_campaign,
)
from marketing.actions.trying import try_campaign
from marketing.api.serializers_campaigns import TrialInput
from marketing.backoffice.options import campaign_states, recipient_states
from marketing.checks import problems
from marketing.filters import CampaignFilter, RecipientFilter
from marketing.members import member_counts
from marketing.models import Campaign
from marketing.queries_campaigns import CAMPAIGNS, DELETED_CAMPAIGNS, recipients_page, report_of

MOVING = ("scheduled", "sending", "paused")
CHANGEABLE = ("draft", "scheduled")
# What may be done where: the button's name, its label, icon and look.
ACTS: dict[str, tuple[tuple[str, Any, str, str], ...]] = {
    "draft": (("send", _("Send"), "send", "primary"),),
    "scheduled": (("unschedule", _("Back to draft"), "arrow-back-up", ""),),
    "sending": (("pause", _("Pause"), "player-pause", "primary"), ("cancel", _("Call off"), "ban", "ghost")),
    "paused": (("resume", _("Go on"), "player-play", "primary"), ("cancel", _("Call off"), "ban", "ghost")),
}


class CampaignList(ListPage):
    title = _("Campaigns")
    section = "campaigns"
    rows = CAMPAIGNS
    filters = CampaignFilter.base_filters
    row_url, new_url = "web:campaign", "web:campaign-new"
    new_label, new_permission = _("New campaign"), "marketing.create_campaign"
    empty_title = _("No campaigns yet")
    empty_text = _("Write one mail to a segment; everybody gets it once, and you see who reads it.")
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("status", _("Status"), "badge", sort="status"),
        Column("segment_name", _("Segment"), sort="segment__name"),
        Column("sent", _("Sent"), "number", sort="sent_count"),
        Column("open_rate", _("Opened"), "percent"),
        Column("click_rate", _("Clicked"), "percent"),
        Column("sent_at", _("Sent on"), "due_day", sort="sent_at"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("status", _("Any status"), campaign_states),)

    def told(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, **rates_of(row["stats"])} for row in rows]


def rates_of(stats: dict[str, int] | None) -> dict[str, Any]:
    """Shares of what was sent, in per cent; nothing before a mail went out."""
    if not stats or not stats["sent"]:
        return {"sent": stats and stats["sent"]}
    names = {"open_rate": "opened", "click_rate": "clicked", "bounce_rate": "bounced", "leave_rate": "unsubscribed"}
    shares = {name: round(stats[counted] * 100 / stats["sent"], 1) for name, counted in names.items()}
    return {"sent": stats["sent"], **shares}


class CampaignPage(Page):
    """One campaign: what it says, and what became of it. Its figures move while it is sent."""

    template = "marketing/backoffice/campaign.html"
    section = "campaigns"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        campaign = json_row(CAMPAIGNS, kwargs["pk"], self.actor)
        row = row_of(CAMPAIGNS, campaign["id"], self.actor)
        may_send = self.actor.may("marketing.send_campaign", row)
        addresses = {name: reverse(f"web:campaign-{name}", args=(row.pk,)) for name, *_rest in ACTS.get(row.status, ())}
        may_change = self.actor.may("marketing.change_campaign", row) and row.status in CHANGEABLE
        return {
            "title": campaign["name"],
            "campaign": campaign,
            "acts": [(*act, addresses[act[0]]) for act in ACTS.get(row.status, ())] if may_send else [],
            "problems": problems(row) if row.status in CHANGEABLE else [],
            "members": member_counts([row.segment])[row.segment.pk] if row.segment and may_change else None,
            "may_change": may_change,
            "may_copy": self.actor.may("marketing.create_campaign"),
            "may_delete": self.actor.may("marketing.delete_campaign", row) and row.status in (*CHANGEABLE, "cancelled"),
            **_figures(row, campaign),
        }


def _figures(row: Campaign, campaign: dict[str, Any]) -> dict[str, Any]:
    stats = campaign["stats"]
    done = sum(stats[name] for name in ("sent", "failed")) if stats else 0
    return {
        "stats": stats,
        "rates": rates_of(stats),
        "report": report_of(row) if stats else None,
        "moving": campaign["status"] in MOVING,
        "progress": min(100, done * 100 // stats["recipients"]) if stats and stats["recipients"] else 0,
    }


class CampaignFigures(Page):
    """What became of a campaign up to now, for the page that shows it while it is sent."""

    template = "marketing/backoffice/_figures.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        campaign = json_row(CAMPAIGNS, kwargs["pk"], self.actor)
        return {"campaign": campaign, **_figures(row_of(CAMPAIGNS, campaign["id"], self.actor), campaign)}

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """Where it stands has changed: the buttons of the page, too, are others."""
        response = super().draw(context, template=template, status=status)
        campaign = context.get("campaign")
        if campaign and self.request.GET.get("status", campaign["status"]) != campaign["status"]:
            response.headers["HX-Refresh"] = "true"
        return response


class RecipientList(Page):
    """Everybody that a campaign goes to, and where their mail stands."""

    template = "marketing/backoffice/recipients.html"
    section = "campaigns"
    row_url = ""
    empty_title = _("No recipients yet")
    empty_text = _("They are written down when the campaign is sent.")
    columns = (
        Column("email", _("E-mail"), template="marketing/backoffice/_reader.html"),
        Column("status", _("Status"), "badge", of="recipients"),
        Column("sent_at", _("Sent"), "moment"),
        Column("opened_at", _("Opened"), "moment"),
        Column("clicked_at", _("Clicked"), "moment"),
        Column("reply", _("Answer of the mail server")),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        campaign, paging = row_of(CAMPAIGNS, kwargs["pk"], self.actor), Paging.of(self.request)
        narrowing = Narrowing(RecipientFilter.base_filters, self.request.GET)
        found = recipients_page(campaign, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        chosen = self.request.GET.get("status", "")
        return {
            "title": _("Recipients of %(name)s") % {"name": campaign.name},
            "campaign": campaign,
            "rows": json.loads(found.rows),
            "paged": Paged(paging.page, paging.per_page, found.count, found.total),
            "columns": self.columns,
            "sort": "",
            "states": [(state, label, state == chosen) for state, label in recipient_states()],
            "search": self.request.GET.get("search", ""),
            "narrowed": bool(chosen or self.request.GET.get("search")),
            "page_class": self,
        }

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if self.request.headers.get("HX-Target", "").endswith("#list") and "rows" in context:
            template = "web/_list.html"
        return super().draw(context, template=template, status=status)


class CampaignSend(Page):
    """Asks once more, with the number of people, and lets it go."""

    template = "marketing/backoffice/send.html"
    section = "campaigns"
    required_permission = "marketing.send_campaign"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        row = row_of(CAMPAIGNS, kwargs["pk"], self.actor)
        found = problems(row)
        return {
            "title": _("Send %(name)s") % {"name": row.name},
            "campaign": json_row(CAMPAIGNS, row.pk, self.actor),
            "members": member_counts([row.segment])[row.segment.pk] if row.segment else 0,
            "problems": found,
            "stopped": any(problem.stops for problem in found),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        campaign = send_campaign(row_of(CAMPAIGNS, pk, self.actor), actor=self.actor)
        scheduled = campaign.status == "scheduled"
        toast(request, _("The campaign waits for its time.") if scheduled else _("The campaign is on its way."))
        return see_other(reverse("web:campaign", args=(pk,)))


class CampaignTry(ActPage):
    """Mail it to oneself, or to colleagues."""

    rows, action, serializer = CAMPAIGNS, try_campaign, TrialInput
    done = _("The trial is on its way.")

    def values(self) -> dict[str, Any]:
        typed = self.request.POST.get("emails", "").replace(";", ",").split(",")
        return {"emails": [email.strip() for email in typed if email.strip()]}


class CampaignDuplicate(Page):
    """A draft with the same content, to be changed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        copy = duplicate_campaign(row_of(CAMPAIGNS, pk, self.actor), actor=self.actor)
        toast(request, _("This is the copy."))
        return see_other(reverse("web:campaign-edit", args=(copy.pk,)))


class CampaignPause(ActPage):
    rows, action, done, then = CAMPAIGNS, pause_campaign, _("Paused: nobody more gets it for now."), "web:campaign"


class CampaignResume(ActPage):
    rows, action, done, then = CAMPAIGNS, resume_campaign, _("It goes on."), "web:campaign"


class CampaignCancel(ActPage):
    rows, action, done, then = CAMPAIGNS, cancel_campaign, _("Called off: nobody more gets it."), "web:campaign"


class CampaignUnschedule(ActPage):
    rows, action, done, then = CAMPAIGNS, unschedule_campaign, _("It is a draft again."), "web:campaign"


class CampaignDelete(ActPage):
    rows, action, done = CAMPAIGNS, delete_campaign, _("Campaign deleted.")
    undo, then_list = "web:campaign-restore", "web:campaigns"


class CampaignRestore(RestorePage):
    rows, action, done, then = DELETED_CAMPAIGNS, restore_campaign, _("Campaign restored."), "web:campaign"
