"""Addresses that get no campaign any more, and those that do again."""

from leadercrm.core.actions import domain_action, record
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from marketing.models import Suppression, SuppressionReason

MOST_OF_A_DETAIL = 255
# What was said first stays, but for a complaint, which weighs more than anything.
SUPPRESS = """
    INSERT INTO marketing_suppression AS s (email, reason, detail, created_at)
    VALUES (%(email)s, %(reason)s, %(detail)s, now())
        ON CONFLICT (email) DO UPDATE SET reason = excluded.reason, detail = excluded.detail
           WHERE excluded.reason = 'complained' AND s.reason <> 'complained'
    RETURNING id, xmax = 0
"""


@domain_action(permission="marketing.change_suppression")
def suppress(email: str, reason: SuppressionReason, detail: str = "", *, actor: Actor) -> bool:
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
