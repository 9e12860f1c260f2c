"""Work that follows a commit, and what events do by themselves."""

from django.utils import timezone
from django.utils.translation import gettext_noop, override

from events.actions.delivery import take_back_mail, tell_of_trouble
from events.actions.events import purge_events
from events.actions.mandatory import complete_mandatory
from events.actions.reminding import remind, schedule_reminders
from events.actions.rounds import next_batch
from events.actions.seats import keep_seats
from events.calendars import file_of
from events.links import public_link
from events.mails import SUBJECTS, Kind, letter
from events.models import Attendee, AttendeeStatus, Event
from leadercrm.accounts.joining import on_joining
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.bounces import on_bounce
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.mail import Attachment, send_mail
from leadercrm.core.models import WorkItem
from leadercrm.core.outbox import Hopeless, on_trouble, work_handler
from leadercrm.core.web.branding import house
from leadercrm.tenancy.binding import current_tenant

BOUNCES = "event"
NO_ADDRESS = gettext_noop("the contact has no e-mail address any more")


@work_handler("events.send_mail", repeatable=False)
def send_event_mail(attendee_id: int, kind: str, sending: int) -> None:
    """Mail a contact about an event, unless that has passed, or they have gone from it meanwhile."""
    found = Attendee.objects.select_related("contact").filter(pk=attendee_id, contact__isnull=False).first()
    event = Event.with_deleted.select_related("owner").filter(pk=found.event_id).first() if found else None
    contact = found.contact if found else None
    if found is None or contact is None or event is None or not _is_timely(event, found, Kind(kind)):
        return
    if not contact.emails:
        raise Hopeless(NO_ADDRESS)
    tenant, brand = current_tenant(), house()
    with override(found.language):
        told = letter(event, Kind(kind), name=contact.first_name, tenant_name=tenant.name)
    send_mail(
        to=contact.emails[0]["email"],
        subject=SUBJECTS[Kind(kind)],
        values={"title": event.title},
        template="events/mail",
        context={"letter": told, "house": brand, "link": public_link(found) if told.button else ""},
        message_id=f"{BOUNCES}.{tenant.id}.{attendee_id}.{sending}",
        language=found.language,
        reply_to=event.owner.email if event.owner and event.owner.is_active else None,
        sender_name=brand.name,
        attach=lambda: [Attachment("event.ics", file_of(event, attendee=found), "text/calendar")],
    )


def _is_timely(event: Event, attendee: Attendee, kind: Kind) -> bool:
    if event.end_at <= timezone.now():
        return False
    if kind == Kind.CANCELLED:
        return event.deleted_at is not None
    return event.deleted_at is None and attendee.status != AttendeeStatus.DECLINED


@work_handler("events.send_round")
def send_round(event_id: int, kind: str, after: int) -> None:
    """Schedule the next mails of a round."""
    next_batch(event_id, Kind(kind), after, actor=Actor.system())


@work_handler("events.remind")
def remind_now() -> None:
    """Remind of what is due by now."""
    remind(actor=Actor.system())


@on_trouble("events.send_mail")
def mail_in_trouble(item: WorkItem) -> None:
    """A mail has failed for good, or nobody knows whether it went out."""
    tell_of_trouble(item, actor=Actor.system())


@on_bounce(BOUNCES)
def mail_came_back(kind: str, rest: str, reason: str) -> None:
    """The rest of the key is what `send_event_mail` made it of."""
    attendee_id, _dot, sending = rest.partition(".")
    take_back_mail(int(attendee_id), int(sending), reason=reason, actor=Actor.system())


@on_joining
def invite_newcomer(user: User) -> None:
    """Whoever becomes a user is an attendee of the mandatory events to come."""
    complete_mandatory(actor=Actor.system())


@housekeeping
def keep_events() -> None:
    """Once an hour: the reminders ahead, users missing from mandatory events, seats that were left empty."""
    schedule_reminders(actor=Actor.system())
    complete_mandatory(actor=Actor.system())
    keep_seats(actor=Actor.system())
    purge_events(actor=Actor.system())
