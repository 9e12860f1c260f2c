"""At the door: who has come."""

import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.actions.attendees import lock_attendee
from events.actions.seats import move, standing
from events.links import attendee_by_token
from events.models import SEATED, Attendee, Event
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

TOKEN = re.compile(r"(?:^|/a/)([A-Za-z0-9_-]{43})(?:[/?#]|$)", re.ASCII)
# What people take for one another in a code.
ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


@domain_action(permission="events.check_in")
def check_in(attendee: Attendee, *, actor: Actor) -> Attendee:
    """Note that somebody has come; once more changes nothing.

    Who had not accepted takes a seat by that, and is refused where there is none.
    """
    event, attendee = lock_attendee(attendee)
    if attendee.checked_in_at is None:
        values = {**standing(event, attendee, SEATED, waits=False), "checked_in_at": timezone.now()}
        move(event, attendee, values, actor=actor, action="attendee.checked_in")
    return attendee


@domain_action(permission="events.check_in")
def undo_check_in(attendee: Attendee, *, actor: Actor) -> Attendee:
    """Take a check-in back; they keep their seat."""
    event, attendee = lock_attendee(attendee)
    move(event, attendee, {"checked_in_at": None}, actor=actor, action="attendee.check_in_undone")
    return attendee


def attendee_by_code(event: Event, text: str) -> Attendee:
    """Whose ticket it is: the text of its QR code, or the eight letters and digits that stand below it.

    Refuses what is no ticket of this event.
    """
    found = TOKEN.search(text.strip())
    attendee: Attendee | None
    if found:
        attendee = attendee_by_token(found[1])
    else:
        code = text.strip().upper().translate(ALIKE)
        attendee = Attendee.objects.filter(event=event, code=code).first()
    if attendee is None or attendee.event_id != event.pk:
        raise DomainError(_("This is no ticket of this event."), field="code", code="no_ticket")
    return attendee
