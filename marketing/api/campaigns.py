"""Campaigns under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from crm.queries import CONTACTS
from leadercrm.core.api.described import described
from leadercrm.core.api.filter_fields import IdField
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging, json_response, list_response
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import BOOLEAN, INTEGER, TEXT, Shape, data, explained, list_of, page, record
from leadercrm.core.api.views import TenantViewSet, action_route
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from marketing.actions.campaigns import change_campaign, create_campaign, delete_campaign, duplicate_campaign
from marketing.actions.sending import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    send_campaign,
    unschedule_campaign,
)
from marketing.actions.trying import seen_as, try_campaign
from marketing.api.resources import CAMPAIGN
from marketing.api.serializers_campaigns import CampaignInput, TrialInput
from marketing.checks import problems
from marketing.filters import CampaignFilter, RecipientFilter
from marketing.queries_campaigns import CAMPAIGNS, RECIPIENTS, recipients_page, report_of

SEEN = record({"subject": TEXT, "html": TEXT, "text": TEXT}, "CampaignPreview")
PROBLEM = record({"code": TEXT, "field": TEXT, "message": TEXT, "stops": BOOLEAN}, "CampaignProblem")
FIGURES = {"sent": INTEGER, "opened": INTEGER, "clicked": INTEGER, "bounced": INTEGER, "unsubscribed": INTEGER}
REPORT = record(
    {
        "links": list_of(record({"position": INTEGER, "url": TEXT, "clicked": INTEGER}, "CampaignLink")),
        "domains": list_of(record({"domain": TEXT, **FIGURES}, "CampaignDomain")),
        "variants": list_of(record({"variant": TEXT, **FIGURES}, "CampaignVariant")),
        "in_doubt": INTEGER,
    },
    "CampaignReport",
)


def _recipients() -> Shape:
    return page(row_shape(RECIPIENTS, "CampaignRecipient"))


class CampaignViewSet(TenantViewSet):
    resource = CAMPAIGN
    rows = CAMPAIGNS
    filters = CampaignFilter.base_filters
    serializer_class = CampaignInput
    create_action = create_campaign
    update_action = change_campaign
    delete_action = delete_campaign
    deleted_message = _("Campaign deleted.")

    send = action_route(send_campaign, path="send", summary=_("Send a campaign, now or at its time"))
    pause = action_route(pause_campaign, path="pause", summary=_("Hold a campaign that is being sent"))
    resume = action_route(resume_campaign, path="resume", summary=_("Go on with a campaign"))
    cancel = action_route(cancel_campaign, path="cancel", summary=_("Call a campaign off"))
    unschedule = action_route(unschedule_campaign, path="unschedule", summary=_("Make a scheduled campaign a draft"))
    test = action_route(try_campaign, path="test", serializer=TrialInput, summary=_("Mail a campaign to colleagues"))

    @described(_("Duplicate a campaign"), id="duplicateCampaign", act=duplicate_campaign, status=201)
    @drf_action(detail=True, methods=["post"])
    def duplicate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A draft with the same content."""
        return self.answer(duplicate_campaign(self.row(pk), actor=self.actor).pk, 201)

    @described(_("Check a campaign before it is sent"), id="checkCampaign", returns=data(list_of(PROBLEM)))
    @drf_action(detail=True, methods=["get"])
    def checks(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What stops it, and what its writer should know."""
        told = [
            {"code": each.code, "field": each.field, "message": str(each.text), "stops": each.stops}
            for each in problems(self.row(pk))
        ]
        return json_response({"data": told})

    @described(
        _("See a campaign as a contact gets it"),
        id="previewCampaign",
        returns=data(SEEN),
        query={"contact_id": explained(INTEGER, _("As whom; without one as somebody made up."))},
    )
    @drf_action(detail=True, methods=["get"])
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Subject, HTML and text with the merge fields filled in."""
        campaign, asked = self.row(pk), Narrowing(_AS_WHOM, request.GET).values.get("contact_id")
        contact = CONTACTS.instance(asked, self.actor) if asked is not None and asked <= MAX_ID else None
        if asked is not None and contact is None:
            raise NotFound()
        return json_response({"data": seen_as(campaign, contact)})

    @described(_("List the recipients of a campaign"), id="listCampaignRecipients", returns=_recipients)
    @drf_action(detail=True, methods=["get"])
    def recipients(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everybody that it goes to, and where their mail stands."""
        campaign, paging = self.row(pk), Paging.of(request)
        narrowing = Narrowing(RecipientFilter.base_filters, request.GET)
        found = recipients_page(campaign, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        return list_response(request, found, paging)

    @described(_("Read what became of a campaign"), id="reportCampaign", returns=data(REPORT))
    @drf_action(detail=True, methods=["get"])
    def report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Clicks by link, and what became of the mails by domain and by subject."""
        return json_response({"data": report_of(self.row(pk))})


class _AsWhom:
    """`contact_id` of a preview, read as every id is."""

    field = IdField()


_AS_WHOM: dict[str, Any] = {"contact_id": _AsWhom()}
