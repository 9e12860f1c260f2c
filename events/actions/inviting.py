"""Inviting contacts by mail: those that are named, and those of an audience such as a segment."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.references import check_contacts
from crm.audiences import contacts_of, unmailable
from crm.models import Contact
from crm.queries import CONTACTS
from events.actions.attendees import new_attendee, place
from events.actions.registering import refuse_over
from events.actions.telling import mail_round
from events.mails import Kind
from events.models import Attendee, AttendeeStatus, Event, Origin
from leadercrm.core.actions import domain_action, lock
from leadercrm.core.actor import Actor
from leadercrm.core.caps import count_sends
from leadercrm.core.errors import DomainError

MOST = 5000


@domain_action(permission="events.invite")
def invite(event: Event, values: Mapping[str, Any], *, actor: Actor) -> dict[str, int]:
    """Invite contacts by mail: `contact_ids`, and those of the segment `segment_id` that the actor sees.

    Returns how many are invited by this, how many were attendees already, and how many cannot be mailed:
    they have no address, or want no mail. Refuses an event that is over, and too many at once.
    """
    named = check_contacts(values.get("contact_ids") or [])
    chosen = {*_seen(named, actor), *_audience(values, actor)}
    if len(chosen) > MOST:
        # Those that are named are no more than that by themselves.
        message = _("At most %(most)s contacts can be invited at once.") % {"most": MOST}
        raise DomainError(message, field="segment_id", code="too_many")
    check_contacts(sorted(chosen))
    event = lock(event)
    refuse_over(event)
    there = set(Attendee.objects.filter(event=event, contact_id__in=chosen).values_list("contact_id", flat=True))
    mailable = _mailable(chosen - there)
    for contact_id in sorted(mailable):
        attendee = new_attendee(event, Origin.INVITATION, contact_id=contact_id)
        place(event, attendee, AttendeeStatus.PENDING, waits=False, actor=actor, action="attendee.invited")
    if mailable:
        mail_round(event, Kind.INVITATION)
        count_sends(actor, len(mailable))
    return {"invited": len(mailable), "already": len(there), "unmailable": len(chosen) - len(there) - len(mailable)}


def _seen(contact_ids: list[int], actor: Actor) -> list[int]:
    """These contacts, each of which has to be seen by the actor."""
    seen = set(CONTACTS.visible(actor).filter(pk__in=contact_ids).values_list("pk", flat=True))
    hidden = [f"contact_ids.{place}" for place, pk in enumerate(contact_ids) if pk not in seen]
    if hidden:
        message = _("There is no contact with this id.")
        raise DomainError(message, errors={place: [message] for place in hidden}, code="unknown_reference")
    return contact_ids


def _audience(values: Mapping[str, Any], actor: Actor) -> set[int]:
    pk = values.get("segment_id")
    if pk is None:
        return set()
    contacts = contacts_of("segment", pk, actor)
    if contacts is None:
        raise DomainError(_("There is no segment with this id."), field="segment_id", code="unknown_reference")
    visible = CONTACTS.visible(actor).filter(pk__in=contacts)
    return set(visible.values_list("pk", flat=True)[: MOST + 1])


def _mailable(contact_ids: set[int]) -> set[int]:
    """Those who have an address that mails may be sent to."""
    rows = Contact.objects.filter(pk__in=contact_ids).values_list("pk", "emails")
    addresses = {pk: emails[0]["email"] for pk, emails in rows if emails}
    refused = unmailable(addresses)
    return {pk for pk in addresses if pk not in refused}
