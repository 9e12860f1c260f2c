"""Writing attendees. Locks are taken in one order: contact, event, attendee."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.queries import active_user_exists
from crm.queries_activities import target_there
from events.actions.seats import fill_seats, move, standing
from events.actions.telling import tell_invited
from events.models import SEATED, Attendee, AttendeeStatus, Event, Origin
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound

Values = Mapping[str, Any]
# Crockford's: no letter that looks like a digit, nor U.
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


@domain_action(permission="events.rsvp")
def rsvp(event: Event, values: Values, *, actor: Actor) -> Attendee:
    """Note the caller's answer, or with `contact_id` a contact's, which needs the right to change attendees.

    Who accepts where all seats are taken is refused, or with `waitlist` put on the waiting list.
    """
    contact_id = values.get("contact_id")
    if contact_id is None and actor.user_id is None:
        raise DomainError(_("Say whose answer it is."), field="contact_id", code="nobody")
    if contact_id is not None:
        actor.require("events.change_attendees", event)
        hold_contact(contact_id, actor)
        return answer(event, values, actor=actor, contact_id=contact_id)
    return answer(event, values, actor=actor, user_id=actor.user_id)


@domain_action(permission="events.change_attendees")
def add_attendee(event: Event, values: Values, *, actor: Actor) -> Attendee:
    """Make a user or a contact an attendee, by `user_id` or `contact_id`, and tell a user who has not answered.

    Refuses both and neither, who is not there, who is an attendee already, and a seat where there is none.
    """
    whose = _whose(values, actor)
    event = lock(event)
    if Attendee.objects.filter(event=event, **whose).exists():
        raise DomainError(_("Is an attendee of this event already."), field=next(iter(whose)), code="not_unique")
    attendee = new_attendee(event, Origin.ADDED, notes=values.get("notes"), **whose)
    status = values.get("status") or AttendeeStatus.PENDING
    place(event, attendee, status, waits=bool(values.get("waitlist")), actor=actor, action="attendee.added")
    if attendee.user_id not in (None, actor.user_id) and attendee.status == AttendeeStatus.PENDING:
        tell_invited(event, [attendee.user_id])
    return attendee


@domain_action(permission="events.change_attendees")
def change_attendee(attendee: Attendee, values: Values, *, actor: Actor) -> Attendee:
    """Change what an attendee is noted to have said, and the notes about them."""
    event, attendee = lock_attendee(attendee)
    wanted = {"notes": values["notes"]} if "notes" in values else {}
    if "status" in values:
        wanted |= standing(event, attendee, values["status"], waits=bool(values.get("waitlist")))
    move(event, attendee, wanted, actor=actor, action="attendee.changed")
    return attendee


@domain_action(permission="events.change_attendees")
def remove_attendee(attendee: Attendee, *, actor: Actor) -> None:
    """Take somebody off the list; their seat goes to who waits longest. Refuses users of a mandatory event."""
    event, attendee = lock_attendee(attendee)
    if event.is_mandatory and attendee.user_id is not None and active_user_exists(attendee.user_id):
        raise DomainError(_("The event is mandatory for every user."), field="is_mandatory", code="mandatory")
    before, had_seat = snapshot(attendee), attendee.status == SEATED
    attendee.delete()
    record(actor, attendee, "attendee.removed", before=before)
    if had_seat:
        fill_seats(event, actor=actor)


def answer(event: Event, values: Values, *, actor: Actor, origin: Origin = Origin.ANSWER, **whose: Any) -> Attendee:
    """The attendee, new or not, with this answer. In an action; a contact is held by now."""
    event = lock(event)
    attendee: Attendee | None = Attendee.objects.select_for_update(of=("self",)).filter(event=event, **whose).first()
    waits = bool(values.get("waitlist"))
    if attendee is None:
        attendee = new_attendee(event, origin, **whose)
        attendee.consent = values.get("consent", "")
        place(event, attendee, values["status"], waits=waits, actor=actor, action="attendee.answered")
        return attendee
    wanted = standing(event, attendee, values["status"], waits=waits)
    move(event, attendee, wanted, actor=actor, action="attendee.answered")
    return attendee


def new_attendee(event: Event, origin: Origin, **whose: Any) -> Attendee:
    code = "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))
    return Attendee(event=event, origin=origin, code=code, **whose)


def place(event: Event, attendee: Attendee, status: str, *, waits: bool, actor: Actor, action: str) -> None:
    """Save a new attendee with this status."""
    for name, value in standing(event, attendee, status, waits=waits).items():
        setattr(attendee, name, value)
    attendee.save(force_insert=True)
    record(actor, attendee, action)


def lock_attendee(attendee: Attendee) -> tuple[Event, Attendee]:
    """An attendee and their event as they are now, both locked. NotFound when either has gone."""
    return lock(Event(pk=attendee.event_id)), lock(attendee)


def hold_contact(contact_id: int, actor: Actor, field: str = "contact_id") -> None:
    """Hold a living contact that the actor sees; refuse any other."""
    if not target_there("contact_id", contact_id, actor):
        raise DomainError(_("There is no contact with this id."), field=field, code="unknown_reference")


def _whose(values: Values, actor: Actor) -> dict[str, int]:
    given = {name: values[name] for name in ("user_id", "contact_id") if values.get(name) is not None}
    if len(given) != 1:
        raise DomainError(_("Give user_id or contact_id, one of the two."), field="user_id", code="somebody")
    if "contact_id" in given:
        hold_contact(given["contact_id"], actor)
    elif not active_user_exists(given["user_id"]):
        raise DomainError(_("There is no active user with this id."), field="user_id", code="unknown_reference")
    return given


def attendee_of(event: Event, pk: int) -> Attendee:
    """An attendee of this very event; NotFound for any other's."""
    attendee: Attendee | None = Attendee.objects.filter(event=event, pk=pk).first()
    if attendee is None:
        raise NotFound()
    return attendee
