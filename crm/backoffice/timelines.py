"""What of sales stands on the timelines of contacts, companies and deals; and the pages that show them."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm.models import Address, DealContact, Note
from crm.queries import COMPANIES, CONTACTS
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import NotFound
from leadercrm.core.web.pages import Page, row_of
from leadercrm.core.web.timeline import Trace, groups_of, timeline_of, trace

# What is done stands on the timeline; beside it stands what is to be done.
PENDING = {"status": "pending"}


def drawn(page: str, pk: int, actor: Actor, query: Any) -> dict[str, Any]:
    """What `crm/_timeline.html` shows; `query` may name a group and the moment to go on from."""
    group, before = query.get("group", ""), _moment(query.get("before", ""))
    group = group if group in groups_of(page) else ""
    lines, further = timeline_of(page, pk, actor, before=before or timezone.now(), group=group)
    return {
        "timeline": lines,
        "earlier": lines[-1].at.isoformat() if further else "",
        "group": group,
        "groups": groups_of(page).items(),
        "timeline_page": f"web:{page}-timeline",
        "timeline_pk": pk,
    }


class TimelinePart(Page):
    """A page's timeline alone, narrowed or further back."""

    http_method_names = ["get"]
    template = "crm/timeline.html"
    rows: ClassVar[JsonRows]
    kind: ClassVar[str]

    def context(self, **kwargs: Any) -> dict[str, Any]:
        row = row_of(self.rows, kwargs["pk"], self.actor)
        shown = drawn(self.kind, row.pk, self.actor, self.request.GET)
        return {**shown, "title": str(row), "back": f"web:{self.kind}"}


class ContactTimeline(TimelinePart):
    rows, kind, section = CONTACTS, "contact", "contacts"


class CompanyTimeline(TimelinePart):
    rows, kind, section = COMPANIES, "company", "companies"


class DealTimeline(TimelinePart):
    rows, kind, section = DEALS, "deal", "deals"


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        at = None
    if text and (at is None or at.tzinfo is None):
        raise NotFound()
    return at


def _deals_of(contact_id: int, actor: Actor) -> QuerySet[Any]:
    taking_part = DealContact.objects.filter(contact_id=contact_id).values("deal_id")
    return DEALS.visible(actor).filter(pk__in=taking_part)


def _notes_of(contact_id: int, actor: Actor) -> QuerySet[Any]:
    return Note.objects.filter(contact_id=contact_id)


def _addresses_of(column: str) -> Any:
    return lambda pk, actor: Address.objects.filter(**{column: pk})


def _of(rows: JsonRows, column: str) -> Any:
    return lambda pk, actor: rows.visible(actor).filter(**{column: pk})


trace(
    "contact",
    Trace("crm.contact", "record", "user", _of(CONTACTS, "pk")),
    Trace("crm.address", "record", "map-pin", _addresses_of("contact_id")),
    Trace("crm.note", "notes", "note", _notes_of, "body"),
    Trace("crm.activity", "activities", "checkbox", _of(ACTIVITIES, "contact_id"), "subject", "web:activity-edit"),
    Trace("crm.deal", "deals", "currency-dollar", _deals_of, "name", "web:deal"),
)
trace(
    "company",
    Trace("crm.company", "record", "building", _of(COMPANIES, "pk")),
    Trace("crm.address", "record", "map-pin", _addresses_of("company_id")),
    Trace("crm.activity", "activities", "checkbox", _of(ACTIVITIES, "company_id"), "subject", "web:activity-edit"),
    Trace("crm.deal", "deals", "currency-dollar", _of(DEALS, "company_id"), "name", "web:deal"),
)
trace(
    "deal",
    Trace("crm.deal", "record", "currency-dollar", _of(DEALS, "pk")),
    Trace("crm.activity", "activities", "checkbox", _of(ACTIVITIES, "deal_id"), "subject", "web:activity-edit"),
)
