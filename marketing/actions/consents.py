"""What contacts agree to, and which addresses get no campaign any more."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from leadercrm.core import tally
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from marketing.models import ConsentStatus, ContactConsent, Suppression, SuppressionReason

Values = dict[str, Any]
MOST_IMPORTED = 10_000
IMPORT_SQL = """
    INSERT INTO marketing_suppression (email, reason, detail, created_at)
    SELECT email, %s, '', %s FROM unnest(%s::text[]) AS email ON CONFLICT (email) DO NOTHING RETURNING id
"""
# Who has asked for it themselves is let in again with a reason alone.
THEIR_OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED)


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


@domain_action(permission="marketing.change_suppression")
def suppress(email: str, *, reason: str, detail: str = "", actor: Actor) -> Suppression:
    """Let an address get no campaign any more. One that is listed already keeps its first reason."""
    row, made = Suppression.objects.get_or_create(
        email=email.lower(), defaults={"reason": reason, "detail": detail[:255]}
    )
    if made:
        record(actor, row, "suppression.added")
    return row


@domain_action(permission="marketing.change_suppression")
def suppress_many(emails: Iterable[str], *, actor: Actor) -> int:
    """Take over a list of addresses; returns how many are new."""
    wanted = sorted({email.lower() for email in emails})
    if len(wanted) > MOST_IMPORTED:
        raise DomainError(_("Must have at most %(most)s entries.") % {"most": MOST_IMPORTED}, field="emails")
    with connection.cursor() as cursor:
        cursor.execute(IMPORT_SQL, [SuppressionReason.IMPORTED.value, timezone.now(), wanted])
        made = len(cursor.fetchall())
    tally.touch(Suppression._meta.label_lower, made)
    return made


@domain_action(permission="marketing.change_suppression")
def release(row: Suppression, *, reason: str | None = None, actor: Actor) -> None:
    """Let an address get campaigns again. Who has unsubscribed or complained comes back with a reason alone."""
    row = lock(row)
    if row.reason in THEIR_OWN_WISH and not reason:
        raise DomainError(
            _("They asked for it themselves: say why they may be written to again."), field="reason", code="own_wish"
        )
    before = snapshot(row)
    row.delete()
    record(actor, row, "suppression.released", before=before, note=reason or "")
