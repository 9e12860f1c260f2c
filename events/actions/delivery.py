"""What becomes of mails, and who hears of it: those that will not arrive, and those of which nobody knows."""

from django.utils.translation import gettext_lazy as _

from events.actions.telling import responsible
from events.models import Attendee
from leadercrm.core import outbox
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem, WorkState
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

FAILED = _("Mail not delivered"), _("We could not mail %(contact)s about '%(title)s': %(reason)s")
IN_DOUBT = _("Did the mail arrive?"), _("We do not know whether %(contact)s got the mail about '%(title)s'.")


@domain_action(permission="events.keep_events")
def tell_of_trouble(item: WorkItem, *, actor: Actor) -> None:
    """Tell the event's owner of a mail that has failed or is in doubt; nobody, when its attendee has gone."""
    attendee = Attendee.objects.select_related("event", "contact").filter(pk=item.arguments["attendee_id"]).first()
    if attendee is None:
        return
    title, body = FAILED if item.state == WorkState.FAILED else IN_DOUBT
    notify(
        responsible(attendee.event),
        NotificationType.MAIL_FAILED,
        title=title,
        body=body,
        values={"contact": attendee.name, "title": attendee.event.title, "reason": item.error},
        url=f"/events/{attendee.event_id}",
    )


@domain_action(permission="events.keep_events")
def take_back_mail(attendee_id: int, sending: int, *, reason: str, actor: Actor) -> bool:
    """A mail that was handed over has come back: it has failed after all. False if that is known already."""
    sent = WorkItem.objects.select_for_update().filter(
        task="events.send_mail", arguments__attendee_id=attendee_id, arguments__sending=sending
    )
    for item in sent.filter(state__in=(WorkState.DONE, WorkState.IN_DOUBT)):
        before = snapshot(item)
        outbox.call_failed(item, reason)
        record(actor, item, "work.came_back", before=before)
        return True
    return False
