"""Addresses that get no campaign any more, and those that do again."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core import tally
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from marketing.models import Suppression, SuppressionReason

MOST_OF_A_DETAIL = 255
MOST_IMPORTED = 10_000
IMPORT_SQL = """
    INSERT INTO marketing_suppression (email, reason, detail, created_at)
    SELECT email, %s, '', %s FROM unnest(%s::text[]) AS email ON CONFLICT (email) DO NOTHING RETURNING id
"""
# Who has asked for it themselves is let in again with a reason alone.
THEIR_OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED)
# What was said first stays, but for a complaint, which weighs more than anything.
SUPPRESS = """
    INSERT INTO marketing_suppression AS s (email, reason, detail, created_at)
    VALUES (%(email)s, %(reason)s, %(detail)s, now())
        ON CONFLICT (email) DO UPDATE SET reason = excluded.reason, detail = excluded.detail
           WHERE excluded.reason = 'complained' AND s.reason <> 'complained'
    RETURNING id, xmax = 0
"""


@domain_action(permission="marketing.change_suppression")
def suppress(email: str, reason: str, detail: str = "", *, actor: Actor) -> bool:
    """Put an address on the list of those that get no campaign; False if it was there, for the same reason or another.

    One statement, so that two who do it at once are one.
    """
    values = {"email": email.lower(), "reason": str(reason), "detail": detail[:MOST_OF_A_DETAIL]}
    with connection.cursor() as cursor:
        cursor.execute(SUPPRESS, values)
        row = cursor.fetchone()
    if row is None:
        return False
    entry = Suppression.objects.get(pk=row[0])
    before = None if row[1] else {"id": entry.pk}
    record(actor, entry, "suppression.added", before=before)
    return bool(row[1])


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
