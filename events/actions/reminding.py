"""Reminders of events: each attendee once before each start.

`Event.remind_at` is the queue. The hour ahead is scheduled in the outbox, one row of work for each
moment; whoever is called reminds of all that is due by then. A call too many finds nothing.
"""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from events.actions.telling import mail, tell_soon
from events.mails import Kind
from events.models import Attendee, AttendeeStatus, Event
from leadercrm.core.actions import after_commit, domain_action
from leadercrm.core.actor import Actor

# Housekeeping comes once an hour, and may be late.
AHEAD = timedelta(minutes=90)
EVENTS, ATTENDEES = 20, 200
COMING = (AttendeeStatus.ACCEPTED, AttendeeStatus.TENTATIVE)


def reminder_at(event: Event) -> datetime | None:
    """When to remind of it; never when that is over by now."""
    if event.reminder_minutes is None:
        return None
    at = event.start_at - timedelta(minutes=event.reminder_minutes)
    return at if at > timezone.now() else None


def schedule_reminder(event: Event) -> None:
    """Schedule the reminders of an event if they are due soon; the rest waits for `schedule_reminders`."""
    if event.remind_at is not None and event.remind_at <= timezone.now() + AHEAD:
        after_commit("events.remind", due_at=event.remind_at)


@domain_action(permission="events.keep_events")
def schedule_reminders(*, actor: Actor) -> int:
    """Schedule the reminders of the time ahead, and what was missed; returns how many moments they are."""
    waiting = Event.objects.filter(remind_at__lte=timezone.now() + AHEAD)
    moments = waiting.order_by("remind_at").values_list("remind_at", flat=True).distinct()
    for moment in moments:
        after_commit("events.remind", due_at=moment)
    return len(moments)


@domain_action(permission="events.keep_events")
def remind(*, actor: Actor) -> int:
    """Remind attendees of the events that are due by now, a batch of them; returns how many they were.

    Users are notified, contacts get a mail; of a mandatory event also who has not answered. Nobody is
    reminded of what has begun.
    """
    rows = Event.objects.select_for_update(of=("self",)).filter(remind_at__lte=timezone.now())
    due = list(rows.order_by("remind_at", "pk")[:EVENTS])
    reminded, done = 0, []
    for event in due:
        batch = _waiting(event)
        _remind(event, batch)
        reminded += len(batch)
        if len(batch) < ATTENDEES:
            done.append(event.pk)
    # That a reminder was sent is no change of the event: neither updated_at nor the audit says so.
    Event.objects.filter(pk__in=done).update(remind_at=None)
    if len(due) == EVENTS or len(done) < len(due):
        after_commit("events.remind")
    return reminded


def _waiting(event: Event) -> list[Attendee]:
    if event.start_at <= timezone.now():
        return []
    status = Q(status__in=COMING)
    if event.is_mandatory:
        status |= Q(status=AttendeeStatus.PENDING, user__isnull=False)
    rows = Attendee.objects.select_for_update(of=("self",)).filter(status, event=event, reminded_at__isnull=True)
    return list(rows.order_by("pk")[:ATTENDEES])


def _remind(event: Event, attendees: list[Attendee]) -> None:
    tell_soon(event, [attendee.user_id for attendee in attendees if attendee.user_id is not None])
    for attendee in attendees:
        if attendee.contact_id is not None:
            mail(attendee, Kind.REMINDER)
    Attendee.objects.filter(pk__in=[attendee.pk for attendee in attendees]).update(reminded_at=timezone.now())
