"""Rounds of mails: scheduled a batch at a time, so that no transaction is long."""

from django.utils import timezone

from events.actions.telling import mail, mail_round, of_round
from events.mails import Kind
from events.models import Attendee, Event
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor

BATCH = 200


@domain_action(permission="events.keep_events")
def next_batch(event_id: int, kind: Kind, after: int, *, actor: Actor) -> int:
    """Schedule the mails to the contacts behind attendee `after`, and the batch behind these; returns how many."""
    event = Event.with_deleted.filter(pk=event_id).first()
    if event is None:
        return 0
    batch = list(of_round(event, kind).select_for_update(of=("self",)).filter(pk__gt=after).order_by("pk")[:BATCH])
    for attendee in batch:
        mail(attendee, kind)
    if kind == Kind.INVITATION:
        Attendee.objects.filter(pk__in=[attendee.pk for attendee in batch]).update(invited_at=timezone.now())
    if len(batch) == BATCH:
        mail_round(event, kind, after=batch[-1].pk)
    return len(batch)
