"""What people without a login do: register on an event's page, and answer on their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from crm.actions.leads import Newcomer, plan_next_step, take_in
from events.actions.attendees import answer, lock_attendee
from events.actions.seats import move, standing
from events.actions.telling import mail, responsible, tell_registered
from events.mails import Kind
from events.models import Attendee, AttendeeStatus, Event, Origin
from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.workdays import next_working_morning

SOURCE = "event"
FOLLOW_UP = _("Call %(name)s about '%(title)s'")


@dataclass(frozen=True)
class Registration:
    """What somebody typed. `consent` is the text that they agreed to, empty where they were asked for none."""

    email: str
    columns: Mapping[str, Any] = field(default_factory=dict)
    phone: str = ""
    consent: str = ""
    language: str = "es-mx"
    waits: bool = False


@domain_action(permission="events.register")
def register(event: Event, said: Registration, *, actor: Actor) -> Attendee:
    """Make somebody an attendee by the event's page, with a contact that has an owner and a next step.

    A contact that is known is matched and not changed; who is registered already stays so, and gets their mail
    again. Refuses an event that is over or takes no registrations, and a seat where there is none.
    """
    refuse_closed(Event.objects.filter(pk=event.pk).first())
    house = Actor.system(via=actor.via)
    owner = User.objects.filter(pk__in=responsible(event)[:1]).first()
    newcomer = Newcomer(said.email, said.phone, said.columns)
    contact = take_in(newcomer, source=SOURCE, choose=lambda: owner, actor=house).contact
    values = {"status": AttendeeStatus.ACCEPTED, "waitlist": said.waits, "consent": said.consent}
    known = Attendee.objects.filter(event=event, contact=contact).values_list("status", flat=True).first()
    attendee = answer(event, values, actor=actor, origin=Origin.PAGE, contact_id=contact.pk)
    refuse_closed(Event.objects.filter(pk=event.pk).first())  # as it is now that it is locked
    amend(attendee, {"language": said.language}, actor=actor, action="attendee.answered")
    if known == attendee.status:
        mail(attendee, Kind.WAITING if attendee.status == AttendeeStatus.WAITLISTED else Kind.TICKET)
        return attendee
    tell_registered(event, attendee, contact.full_name)
    with translation.override(_language_of(contact.owner_id)):
        subject = str(FOLLOW_UP) % {"name": contact.full_name, "title": event.title}
    due_at = next_working_morning(max(event.end_at, timezone.now()))
    plan_next_step(contact, subject, due_at=due_at, user_id=owner.pk if owner else None, actor=house)
    return attendee


@domain_action(permission="events.answer")
def answer_by_link(attendee: Attendee, status: str, *, waits: bool = False, actor: Actor) -> Attendee:
    """An attendee's answer on their own page. Refuses one when the event is over, and a seat where there is none."""
    event, attendee = lock_attendee(attendee)
    refuse_over(event)
    move(event, attendee, standing(event, attendee, status, waits=waits), actor=actor, action="attendee.answered")
    return attendee


def refuse_closed(event: Event | None) -> None:
    """Refuse what takes no registrations: it is closed, over, or in the bin."""
    if event is None or not event.is_open:
        raise DomainError(_("Registration is closed."), field="is_open", code="closed")
    refuse_over(event)


def refuse_over(event: Event) -> None:
    if event.end_at <= timezone.now():
        raise DomainError(_("The event is over."), field="end_at", code="over")


def _language_of(user_id: int | None) -> str:
    language: str | None = User.objects.filter(pk=user_id or 0).values_list("language", flat=True).first()
    return language or settings.LANGUAGE_CODE
