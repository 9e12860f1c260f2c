"""The pages of deals: board, list, one deal, and its forms."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.deals import change_deal, create_deal, currency_of, delete_deal, move_stage, restore_deal
from crm.api.serializers import DealInput, StageMove
from crm.backoffice.options import deal_stages, deal_states, users
from crm.backoffice.timelines import PENDING, drawn
from crm.filters import ContactFilter, DealFilter
from crm.filters_activities import ActivityFilter
from crm.models import Stage
from crm.queries import CONTACTS
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS, DELETED_DEALS, stages_of
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.inline import InPlace, facts_of
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.options import OptionsPage
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.panels import panels_of
from leadercrm.core.web.reading import first_rows
from leadercrm.core.web.toasts import toast

FACTS = ["amount", "probability", "expected_close_date", "company_id", "owner_id"]


class DealList(ListPage):
    title = _("Deals")
    section = "deals"
    rows = DEALS
    filters = DealFilter.base_filters
    row_url, new_url = "web:deal", "web:deal-new"
    new_label, new_permission = _("New deal"), "crm.create_deal"
    search_hint = _("Name of the deal")
    empty_title = _("No deals yet")
    empty_text = _("Each sale that may come to be is a deal: with an amount, a stage and somebody who minds it.")
    bulk, bulk_permission = "deals", "crm.change_deal"
    columns = (
        Column("name", _("Name"), "title", sort="search"),
        Column("company_name", _("Company"), sort="company__name"),
        Column("stage_name", _("Stage"), sort="stage__position"),
        Column("status", _("Status"), "badge"),
        Column("amount", _("Amount"), "money", sort="amount"),
        Column("probability", _("Probability"), "percent", sort="probability"),
        Column("expected_close_date", _("Expected close"), "day", sort="expected_close_date"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
        Column("weighted_amount", _("Weighted"), "money", extra=True),
        Column("lost_reason", _("Reason of loss"), sort="lost_reason", extra=True),
        Column("closed_at", _("Closed"), "moment", sort="closed_at", extra=True),
        Column("created_at", _("Added"), "moment", sort="id", extra=True),
        Column("updated_at", _("Changed"), "moment", sort="updated_at", extra=True),
    )
    choices = (
        Choice("status", _("Any status"), deal_states),
        Choice("stage_id", _("Any stage"), deal_stages),
        Choice("owner_id", _("Anybody's"), users),
    )
    template = "crm/deals.html"


class DealForm(FormPage):
    """Make a deal, or change one. Its pipeline is its stage's."""

    section = "deals"
    rows = DEALS
    serializer = DealInput
    create_action, update_action = create_deal, change_deal
    place = ("web:deals", "web:deal", _("New deal"), _("Edit deal"))
    fields = (
        Field("name", _("Name"), half=False),
        Field("amount", _("Amount"), "money"),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("stage_id", _("Stage"), "choice", options=deal_stages),
        Field("probability", _("Probability, %"), "percent", hint=_("Empty: that of the stage.")),
        Field("expected_close_date", _("Expected close"), "day"),
        Field(
            "company_id", _("Company"), "lookup", find="web:company-options", shown="company_name", page="web:company"
        ),
        Field(
            "contact_ids",
            _("Contacts"),
            "lookups",
            find="web:contact-options",
            shown="contacts",
            page="web:contact",
            half=False,
        ),
        Field("owner_id", _("Owner"), "choice", options=users, shown="owner_name"),
        Field("lost_reason", _("Reason of loss"), half=False),
    )

    def preset(self) -> dict[str, Any]:
        first = Stage.objects.filter(pipeline__is_default=True).order_by("position", "pk").first()
        own = {"owner_id": self.actor.user_id, "currency": currency_of(self.actor)}
        given = super().preset()
        if given.get("contact_ids") and "company_id" not in given:
            contact = json_row(CONTACTS, given["contact_ids"][0], self.actor)
            given |= {"company_id": contact["company_id"], "company_name": contact["company_name"]}
        return {**own, "stage_id": first.pk if first else None, **given}

    def _row(self) -> dict[str, Any] | None:
        row = super()._row()
        return row and {**row, "contact_ids": [contact["id"] for contact in row["contacts"]]}

    def _body(self, data: QueryDict) -> dict[str, Any]:
        body = super()._body(data)
        if "stage_id" not in body:
            return body
        stage = Stage.objects.filter(pk=body["stage_id"]).first() if str(body["stage_id"]).isdigit() else None
        return {**body, "pipeline_id": stage.pipeline_id if stage else body["stage_id"]}


class DealField(InPlace, DealForm):
    """One value on a deal's page, in its place."""

    together = {"amount": (_("Amount"), ("amount", "currency"))}

    def held(self, row: Any, name: str) -> Any:
        if name != "contact_ids":
            return super().held(row, name)
        return list(row.participants.order_by("contact_id").values_list("contact_id", flat=True))


class DealPage(Page):
    """Everything about one deal."""

    template = "crm/deal.html"
    section = "deals"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        deal = json_row(DEALS, kwargs["pk"], self.actor)
        row = row_of(DEALS, deal["id"], self.actor)
        about = {"activitable_type": r"App\Models\Deal", "activitable_id": str(deal["id"])}
        return {
            "title": deal["name"],
            "deal": deal,
            "heading": facts_of(DealField, deal, self.actor, ["name"], target=row)[0],
            "taking_part": facts_of(DealField, deal, self.actor, ["contact_ids"], target=row)[0],
            "facts": facts_of(DealField, deal, self.actor, _facts(deal), target=row),
            "stages": Stage.objects.filter(pipeline_id=deal["pipeline_id"]).order_by("position", "pk"),
            "history": stages_of(row, self.actor),
            "activities": first_rows(ACTIVITIES, self.actor, ActivityFilter.base_filters, {**about, **PENDING}),
            "target": about,
            "panels": panels_of("deal", deal, self.actor),
            **drawn("deal", row.pk, self.actor, {}),
            "may_change": self.actor.may("crm.change_deal", row),
            "may_delete": self.actor.may("crm.delete_deal", row),
            "may_plan": self.actor.may("crm.create_activity"),
        }


def _facts(deal: dict[str, Any]) -> list[str]:
    return [*FACTS, "lost_reason"] if deal["status"] == "lost" else FACTS


class DealMove(ActPage):
    """Move a deal to another stage: from its page, or by dragging its card, which gets the board back."""

    rows = DEALS
    action = move_stage
    serializer = StageMove

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        before = row_of(DEALS, pk, self.actor)
        if "stage_id" not in self.values():
            return see_other(self.after(pk))
        response = super().post(request, pk)
        row = json_row(DEALS, pk, self.actor)
        undo = f"{reverse('web:deal-move', args=(pk,))}?stage_id={before.stage_id}"
        toast(
            request, _("%(deal)s is now in %(stage)s.") % {"deal": row["name"], "stage": row["stage_name"]}, undo=undo
        )
        return response

    def values(self) -> dict[str, Any]:
        return {**{name: value for name, value in self.request.GET.items() if name == "stage_id"}, **super().values()}


class DealDelete(ActPage):
    """Delete it, with a way back."""

    rows = DEALS
    action = delete_deal
    done = _("Deal deleted.")
    undo, then_list = "web:deal-restore", "web:deals"


class DealRestore(RestorePage):
    """Take it back out of the bin."""

    rows = DELETED_DEALS
    action = restore_deal
    done = _("Deal restored.")
    then = "web:deal"


class ContactOptions(OptionsPage):
    """Contacts whose name is being typed, for forms."""

    rows, filters = CONTACTS, ContactFilter.base_filters
    named, beside = "full_name", "company_name"
