"""Seats and the waiting list. Whoever calls this has locked the event: its lock is what keeps the count."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.actions.telling import tell_promoted
from events.models import SEATED, Attendee, AttendeeStatus, Event
from leadercrm.core.actions import amend, domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError


def seats_taken(event: Event) -> int:
    return Attendee.objects.filter(event=event, status=SEATED).count()


def seats_left(event: Event) -> int | None:
    """None where there is no limit."""
    return None if event.max_attendees is None else event.max_attendees - seats_taken(event)


def is_full(event: Event) -> bool:
    left = seats_left(event)
    return left is not None and left <= 0


def standing(event: Event, attendee: Attendee, status: AttendeeStatus | str, *, waits: bool) -> dict[str, Any]:
    """The columns of an attendee who says `status`.

    Who accepts where all seats are taken is refused, or with `waits` put on the waiting list.
    """
    status = AttendeeStatus(status)
    if status == SEATED != attendee.status and is_full(event):
        if not waits:
            raise DomainError(
                _("All seats are taken."),
                field="max_attendees",
                code="full",
                hint=_("Send `waitlist: true` to be put on the waiting list."),
            )
        status = AttendeeStatus.WAITLISTED
    waiting = status == AttendeeStatus.WAITLISTED
    return {
        "status": status,
        "waiting_since": (attendee.waiting_since or timezone.now()) if waiting else None,
        "checked_in_at": attendee.checked_in_at if status == SEATED else None,
    }


def move(event: Event, attendee: Attendee, values: Mapping[str, Any], *, actor: Actor, action: str) -> bool:
    """Write a standing; a seat that it frees goes to who waits longest. Whether anything has changed."""
    had_seat = attendee.status == SEATED
    changed = amend(attendee, values, actor=actor, action=action)
    if had_seat and attendee.status != SEATED:
        fill_seats(event, actor=actor)
    return changed


def fill_seats(event: Event, *, actor: Actor) -> list[Attendee]:
    """Give free seats to those who wait, the longest first, and tell them; nobody any more when it is over."""
    left = seats_left(event)
    if event.end_at <= timezone.now() or (left is not None and left <= 0):
        return []
    waiting = Attendee.objects.filter(event=event, status=AttendeeStatus.WAITLISTED)
    first = list(waiting.select_for_update(of=("self",)).order_by("waiting_since", "id")[:left])
    for attendee in first:
        amend(attendee, {"status": SEATED, "waiting_since": None}, actor=actor, action="attendee.promoted")
        tell_promoted(event, attendee)
    return first


@domain_action(permission="events.keep_events")
def keep_seats(*, actor: Actor) -> int:
    """Fill seats that became free without anybody's doing, by a merge of two contacts; returns how many."""
    waiting = Attendee.objects.filter(event=OuterRef("pk"), status=AttendeeStatus.WAITLISTED)
    events = Event.objects.select_for_update(of=("self",)).filter(Exists(waiting), end_at__gt=timezone.now())
    return sum(len(fill_seats(event, actor=actor)) for event in events.order_by("pk"))
