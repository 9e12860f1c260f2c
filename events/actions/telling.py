"""Who hears of what happens to an event, in the transaction in which it happens.

Users get notifications, as they chose to; contacts get mails. Many mails are a round: a row of work that
schedules them in batches, so that whoever asked for it does not wait.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.mails import Kind
from events.models import Attendee, AttendeeStatus, Event
from events.wording import Moment
from leadercrm.accounts.models import User
from leadercrm.core.actions import after_commit
from leadercrm.core.actor import Actor, Role
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

S = AttendeeStatus
# Who would want to know that an event is elsewhere, at another time, or not at all.
CONCERNED = (S.PENDING, S.ACCEPTED, S.TENTATIVE, S.WAITLISTED)
INVITED = _("Invitation: %(title)s"), _("You are invited to '%(title)s', %(moment)s.")
MANDATORY = _("Mandatory: %(title)s"), _("'%(title)s' is mandatory for everybody, %(moment)s.")
PROMOTED = _("A seat for you: %(title)s"), _("A seat at '%(title)s' became free, and it is yours.")
MOVED = _("Changed: %(title)s"), _("'%(title)s' is now %(moment)s. Place: %(location)s")
CANCELLED = _("Cancelled: %(title)s"), _("'%(title)s', %(moment)s, will not take place.")
RESTORED = _("It takes place: %(title)s"), _("'%(title)s', %(moment)s, takes place after all. Place: %(location)s")
REGISTERED = _("Registration: %(title)s"), _("%(name)s has registered for '%(title)s'.")
WAITS = _("Registration: %(title)s"), _("%(name)s waits for a seat at '%(title)s'.")
SOON = _("Soon: %(title)s"), _("'%(title)s' begins %(moment)s. Place: %(location)s")


def tell_invited(event: Event, user_ids: Collection[int]) -> None:
    """These users are attendees now, and are to answer; nobody is told of what is over."""
    if user_ids and event.end_at > timezone.now():
        text = MANDATORY if event.is_mandatory else INVITED
        _notify(event, user_ids, NotificationType.EVENT_INVITATION, text)


def tell_promoted(event: Event, attendee: Attendee) -> None:
    """Who waited has a seat."""
    if attendee.user_id is not None:
        _notify(event, [attendee.user_id], NotificationType.EVENT_CHANGED, PROMOTED)
    else:
        mail(attendee, Kind.SEAT)


def tell_moved(event: Event, actor: Actor) -> None:
    """Another time or place."""
    _tell_concerned(event, actor, MOVED, Kind.MOVED)


def tell_cancelled(event: Event, actor: Actor) -> None:
    """It will not take place."""
    _tell_concerned(event, actor, CANCELLED, Kind.CANCELLED)


def tell_restored(event: Event, actor: Actor) -> None:
    """It takes place after all."""
    _tell_concerned(event, actor, RESTORED, Kind.RESTORED)


def tell_registered(event: Event, attendee: Attendee, name: str) -> None:
    """Somebody has registered on the public page: its owner hears of it, and they get their ticket."""
    waits = attendee.status == S.WAITLISTED
    _notify(event, responsible(event), NotificationType.EVENT_REGISTRATION, WAITS if waits else REGISTERED, name=name)
    mail(attendee, Kind.WAITING if waits else Kind.TICKET)


def tell_soon(event: Event, user_ids: Collection[int]) -> None:
    _notify(event, user_ids, NotificationType.EVENT_REMINDER, SOON)


def responsible(event: Event) -> list[int]:
    """The event's owner, or the administrators where nobody else is left."""
    active: QuerySet[Any, Any] = User.objects.filter(is_active=True)
    owner = active.filter(pk=event.owner_id).values_list("pk", flat=True)
    return list(owner) or list(active.filter(role=Role.ADMIN).values_list("pk", flat=True))


def mail(attendee: Attendee, kind: Kind) -> None:
    """Schedule a mail to a contact. Each has a number, and with it a Message-ID of its own."""
    Attendee.objects.filter(pk=attendee.pk).update(sends=F("sends") + 1)
    attendee.refresh_from_db(fields=["sends"])
    arguments: dict[str, Any] = {"attendee_id": attendee.pk, "kind": kind.value, "sending": attendee.sends}
    after_commit("events.send_mail", about=attendee, **arguments)


def mail_round(event: Event, kind: Kind, *, after: int = 0) -> None:
    """Schedule a mail to every contact that this is for (`of_round`), behind the attendee `after`."""
    after_commit("events.send_round", event_id=event.pk, kind=kind.value, after=after)


def of_round(event: Event, kind: Kind) -> QuerySet[Attendee, Attendee]:
    """The contacts that a round goes to."""
    contacts: QuerySet[Attendee, Attendee] = Attendee.objects.filter(event=event, contact__isnull=False)
    if kind == Kind.INVITATION:
        return contacts.filter(invited_at__isnull=True, status=S.PENDING)
    return contacts.filter(status__in=CONCERNED)


def _tell_concerned(event: Event, actor: Actor, text: tuple[Any, Any], kind: Kind) -> None:
    if event.end_at <= timezone.now():
        return
    users: QuerySet[Any, Any] = Attendee.objects.filter(event=event, user__isnull=False, status__in=CONCERNED)
    _notify(
        event,
        users.exclude(user_id=actor.user_id).values_list("user_id", flat=True),
        NotificationType.EVENT_CHANGED,
        text,
    )
    if of_round(event, kind).exists():
        mail_round(event, kind)


def _notify(
    event: Event, user_ids: Iterable[int | None], kind: NotificationType, text: tuple[Any, Any], **values: Any
) -> None:
    title, body = text
    told = {"title": event.title, "moment": Moment(event), "location": event.location or "-", **values}
    notify(user_ids, kind, title=title, body=body, values=told, url=f"/events/{event.pk}")
