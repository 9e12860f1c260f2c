"""The JSON rows of events and attendees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.models import SEATED, Attendee, AttendeeStatus, Event
from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import FirstOf, JoinedName, Param, Timestamp
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import BOOLEAN, TEXT, nullable

NOW = Param("now", DateTimeField())


def current_moment() -> datetime:
    """What `upcoming` is measured by."""
    return timezone.now()


def at_this_moment() -> Mapping[str, Any]:
    """What fills NOW."""
    return {"now": current_moment()}


def number_of(**condition: Any) -> Coalesce:
    """How many of an event's attendees are such; the index on event and status answers by itself."""
    rows = Attendee.objects.filter(event=OuterRef("pk"), **condition).order_by()
    counted = rows.values("event").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


EVENT_COLUMNS: dict[str, Any] = {
    "id": "id",
    "title": "title",
    "type": "type",
    "description": "description",
    "start_at": Timestamp("start_at"),
    "end_at": Timestamp("end_at"),
    "location": "location",
    "max_attendees": "max_attendees",
    "attendees_count": number_of(status=SEATED),
    "waitlisted_count": number_of(status=AttendeeStatus.WAITLISTED),
    "is_mandatory": "is_mandatory",
    "is_open": "is_open",
    "reminder_minutes": "reminder_minutes",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
# Everybody's calendar: events are seen by all, as products are.
EVENTS = JsonRows(Event.objects.all, EVENT_COLUMNS, order=("start_at", "-id"), owned=False, context=at_this_moment)


DELETED_EVENTS = JsonRows(
    Event.with_deleted.filter(deleted_at__isnull=False).all,
    {**EVENT_COLUMNS, "deleted_at": Timestamp("deleted_at")},
    owned=False,
    living=False,
    context=at_this_moment,
)


class AttendeeRows(JsonRows):
    """Attendees. Contacts are seen by whoever sees the contact, or whose event it is; users by everybody."""

    def _visibility(self, scope: Scope, user_id: Any) -> Q:
        if scope == Scope.ALL:
            return Q()
        return Q(contact__isnull=True) | Q(event__owner_id=user_id) | owned_by_scope(scope, user_id, self.owner)


ATTENDEE_COLUMNS: dict[str, Any] = {
    "id": "id",
    "event_id": "event_id",
    "user_id": "user_id",
    "contact_id": "contact_id",
    "name": Case(
        When(user__isnull=False, then=F("user__name")),
        default=JoinedName("contact__first_name", "contact__last_name"),
        output_field=CharField(),
    ),
    "email": Case(
        When(user__isnull=False, then=F("user__email")),
        default=FirstOf("contact__emails", "email"),
        output_field=CharField(),
    ),
    "status": "status",
    "notes": "notes",
    "origin": "origin",
    "code": "code",
    "is_checked_in": ExpressionWrapper(Q(checked_in_at__isnull=False), output_field=BooleanField()),
    "checked_in_at": Timestamp("checked_in_at"),
    "waiting_since": Timestamp("waiting_since"),
    "invited_at": Timestamp("invited_at"),
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
ATTENDEE_TYPES = {"is_checked_in": BOOLEAN, "name": TEXT, "email": nullable(TEXT)}
ATTENDEES = AttendeeRows(
    Attendee.objects.all, ATTENDEE_COLUMNS, owner="contact__owner_id", living=False, types=ATTENDEE_TYPES
)


def of_event(attendees: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the event that fills the `Param`."""
    return attendees.filter(event_id=Param("event", BigIntegerField()))


def one_of_event(attendees: QuerySet[Any]) -> QuerySet[Any]:
    """A single one of a living event."""
    return of_event(attendees).filter(pk=Param("attendee", BigIntegerField()), event__deleted_at__isnull=True)


def attendees_page(
    event: Event, narrowing: Narrowing, actor: Actor, *, limit: int, offset: int, order: tuple[Any, ...] | None = None
) -> Page:
    """A page of an event's attendees that the actor sees."""
    return ATTENDEES.page(
        actor,
        limit=limit,
        offset=offset,
        values={**narrowing.values, "event": event.pk},
        key=("event", *narrowing.key),
        narrow=lambda rows: narrowing.apply(of_event(rows)),
        cacheable=narrowing.cacheable,
        prepared=narrowing.prepared,
        order=order,
    )
