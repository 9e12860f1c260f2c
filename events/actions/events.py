"""Writing events."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.bin import purge, refuse_expired
from crm.queries import active_user_exists
from events.actions.mandatory import add_everybody
from events.actions.reminding import reminder_at, schedule_reminder
from events.actions.seats import fill_seats, seats_taken
from events.actions.telling import tell_cancelled, tell_moved, tell_restored
from events.models import Attendee, Event
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

Values = Mapping[str, Any]
# What calendars show, and what attendees have to hear of.
SHOWN = ("title", "description", "start_at", "end_at", "location")
TIME_AND_PLACE = ("start_at", "end_at", "location")


@domain_action(permission="events.create_event")
def create_event(values: Values, *, actor: Actor) -> Event:
    """Make an event, the caller's unless another owner is named; of a mandatory one every user is an attendee.

    Refuses an end that is not after the start, and an owner who is no active user.
    """
    event = Event(**{"owner_id": actor.user_id, **values})
    _check(event, values)
    event.remind_at = reminder_at(event)
    event.save()
    record(actor, event, "event.created")
    schedule_reminder(event)
    if event.is_mandatory:
        add_everybody(event, actor=actor)
    return event


@domain_action(permission="events.change_event")
def change_event(event: Event, values: Values, *, actor: Actor) -> Event:
    """Change the columns named in `values`. More seats go to who waits; who comes is told of another time or place.

    Refuses what create_event refuses, and fewer seats than are taken.
    """
    event = lock(event)
    changed = {name: value for name, value in values.items() if getattr(event, name) != value}
    _check(Event(**{**_columns(event), **changed}), changed)
    _refuse_too_few(event, changed)
    following = {"revision": event.revision + 1} if changed.keys() & set(SHOWN) else {}
    amend(event, {**changed, **following}, actor=actor, action="event.changed")
    if changed.keys() & {"start_at", "reminder_minutes"}:
        _remind_anew(event)
    if changed.get("is_mandatory"):
        add_everybody(event, actor=actor)
    if "max_attendees" in changed:
        fill_seats(event, actor=actor)
    if changed.keys() & set(TIME_AND_PLACE):
        tell_moved(event, actor)
    return event


@domain_action(permission="events.delete_event")
def delete_event(event: Event, *, actor: Actor) -> None:
    """Delete an event softly, and tell who would have come."""
    event = lock(event)
    values = {"deleted_at": timezone.now(), "remind_at": None, "revision": event.revision + 1}
    amend(event, values, actor=actor, action="event.deleted")
    tell_cancelled(event, actor)


@domain_action(permission="events.restore_event")
def restore_event(event: Event, *, actor: Actor) -> Event:
    """Take an event out of the bin, and tell who would have come that it takes place after all."""
    event = lock(event, deleted=True)
    refuse_expired(event)
    values = {"deleted_at": None, "remind_at": reminder_at(event), "revision": event.revision + 1}
    amend(event, values, actor=actor, action="event.restored")
    schedule_reminder(event)
    if event.is_mandatory:
        add_everybody(event, actor=actor)
    fill_seats(event, actor=actor)
    tell_restored(event, actor)
    return event


@domain_action(permission="events.purge_bin")
def purge_events(*, actor: Actor) -> int:
    """Remove events that have been in the bin for 30 days, with their attendees; returns how many."""
    return purge(Event, actor)


@domain_action(permission="events.share_link")
def share_link(event: Event, *, renew: bool = False, actor: Actor) -> Event:
    """The event whose registration page is handed out; with `renew` the link that is out there opens nothing more."""
    event = lock(event)
    if renew:
        values = {"link_version": event.link_version + 1}
        amend(event, values, actor=actor, action="event.link_renewed")
    return event


def _columns(event: Event) -> dict[str, Any]:
    return {field.attname: getattr(event, field.attname) for field in event._meta.concrete_fields}


def _check(event: Event, values: Values) -> None:
    """Refuse times that no event can have, and an owner who is none."""
    if event.end_at <= event.start_at:
        raise DomainError(_("Must be after the start."), field="end_at", code="ends_before_start")
    owner_id = values.get("owner_id")
    if owner_id is not None and not active_user_exists(owner_id):
        raise DomainError(_("There is no active user with this id."), field="owner_id", code="unknown_reference")


def _refuse_too_few(event: Event, values: Values) -> None:
    most = values.get("max_attendees")
    taken = seats_taken(event) if most is not None else 0
    if most is not None and most < taken:
        raise DomainError(
            _("%(taken)s seats are taken already.") % {"taken": taken}, field="max_attendees", code="seats_taken"
        )


def _remind_anew(event: Event) -> None:
    """Another start, another reminder: also for those who had one."""
    event.remind_at = reminder_at(event)
    event.save(update_fields=["remind_at"])
    Attendee.objects.filter(event=event, reminded_at__isnull=False).update(reminded_at=None)
    schedule_reminder(event)
