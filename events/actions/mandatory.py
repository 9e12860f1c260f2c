"""Mandatory events: every active user is an attendee, whoever comes later included."""

from django.utils import timezone

from events.actions.attendees import new_attendee, place
from events.actions.telling import tell_invited
from events.models import Attendee, AttendeeStatus, Event, Origin
from leadercrm.accounts.models import User
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor


def add_everybody(event: Event, *, actor: Actor) -> int:
    """Add the active users who are not there yet, and tell them; returns how many. The event is locked."""
    there = Attendee.objects.filter(event=event, user__isnull=False).values("user_id")
    users = User.objects.filter(is_active=True).exclude(pk__in=there).order_by("pk")
    added = list(users.values_list("pk", flat=True))
    for user_id in added:
        attendee = new_attendee(event, Origin.MANDATORY, user_id=user_id)
        place(event, attendee, AttendeeStatus.PENDING, waits=False, actor=actor, action="attendee.added")
    tell_invited(event, [user_id for user_id in added if user_id != actor.user_id])
    return len(added)


@domain_action(permission="events.keep_events")
def complete_mandatory(*, actor: Actor) -> int:
    """Add whoever is missing to the mandatory events to come; returns how many attendees that made."""
    rows = Event.objects.select_for_update(of=("self",)).filter(is_mandatory=True, end_at__gt=timezone.now())
    return sum(add_everybody(event, actor=actor) for event in rows.order_by("pk"))
