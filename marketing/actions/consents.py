"""What contacts agree to."""

from typing import Any

from django.utils import timezone

from crm.models import Contact
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from marketing.models import ConsentStatus, ContactConsent

Values = dict[str, Any]


@domain_action(permission="marketing.change_consent")
def change_consent(contact: Contact, values: Values, *, actor: Actor) -> ContactConsent:
    """Note what a contact has said to advertising, and the flags that go before it.

    Another status is decided now unless `decided_at` says when. The audit keeps what was there before.
    """
    contact = lock(contact)
    consent = ContactConsent.objects.filter(contact=contact).first() or ContactConsent(contact=contact)
    before = snapshot(consent) if not consent._state.adding else None
    if values.get("status", consent.status) != consent.status and "decided_at" not in values:
        values = {**values, "decided_at": timezone.now()}
    for name, value in values.items():
        setattr(consent, name, value)
    if before is None or snapshot(consent) != before:
        consent.save()
        record(actor, consent, "consent.changed", before=before)
    return consent


def grant_consent(contact: Contact, *, source: str, text: str, text_version: str, actor: Actor) -> ContactConsent:
    """A contact has agreed, in these words."""
    values = {"status": ConsentStatus.GRANTED.value, "source": source, "text": text, "text_version": text_version}
    return change_consent(contact, values, actor=actor)
