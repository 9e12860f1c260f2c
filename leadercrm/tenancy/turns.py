"""Turns: long work that many tenants have at once is done in slices, the tenant that has waited longest first.

A row in `public` says that a tenant has work of a kind, and from when on. Whoever does such work takes a
turn, binds the tenant, works for some seconds, and rests: nobody's hundred thousand rows keep anybody's ten
waiting for longer than the slices of those before. Any number of workers may take turns, also at the same
tenant. The rows of work themselves are in the tenant's schema and are claimed there; nothing is lost by a
turn that was taken and never ended.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from leadercrm.tenancy.binding import current_tenant_id

ANNOUNCE = """
    INSERT INTO public.tenancy_turn AS turn (kind, tenant_id, due_at, served_at)
    VALUES (%(kind)s, %(tenant)s, clock_timestamp(), 'epoch')
        ON CONFLICT (kind, tenant_id) DO UPDATE SET due_at = least(turn.due_at, excluded.due_at)
"""
TAKE = """
    UPDATE public.tenancy_turn SET served_at = clock_timestamp() WHERE id = (
        SELECT turn.id FROM public.tenancy_turn turn JOIN public.tenancy_tenant tenant ON tenant.id = turn.tenant_id
         WHERE turn.kind = %(kind)s AND turn.due_at <= statement_timestamp() AND tenant.suspended_at IS NULL
         ORDER BY turn.served_at LIMIT 1 FOR UPDATE OF turn SKIP LOCKED)
    RETURNING tenant_id
"""
HOLD = """
    SELECT id FROM public.tenancy_turn WHERE kind = %(kind)s AND tenant_id = %(tenant)s FOR UPDATE SKIP LOCKED
"""
UNTIL = """
    SELECT extract(epoch FROM min(turn.due_at) - clock_timestamp())::float8
      FROM public.tenancy_turn turn JOIN public.tenancy_tenant tenant ON tenant.id = turn.tenant_id
     WHERE turn.kind = %(kind)s AND tenant.suspended_at IS NULL
"""


def announce(kind: str) -> None:
    """Say in the running transaction that the bound tenant has work of this kind. The last thing that it does:
    the tenant's turn is locked until the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANNOUNCE, {"kind": kind, "tenant": current_tenant_id()})


def take(kind: str) -> int | None:
    """The tenant whose turn it is, or None when nobody has work that is due."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"kind": kind})
        row = cursor.fetchone()
    return row[0] if row else None


def rest(kind: str, next_due: Callable[[], datetime | None]) -> None:
    """End the bound tenant's turn: its next one is due at `next_due()`, or there is none until it is announced again.

    What is due is asked under the lock that `announce` needs too: no work can come in between unseen. Where
    somebody announces at this moment, the turn is left as it is, and comes round again.
    """
    mine: dict[str, str | int] = {"kind": kind, "tenant": current_tenant_id()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HOLD, mine)
        row = cursor.fetchone()
        if row is None:
            return
        due_at = next_due()
        if due_at is None:
            cursor.execute("DELETE FROM public.tenancy_turn WHERE id = %s", row)
        else:
            cursor.execute("UPDATE public.tenancy_turn SET due_at = %s WHERE id = %s", [due_at, *row])


def seconds_until(kind: str) -> float | None:
    """How long it is until somebody has work of this kind that is due: 0 for now, None where nobody has any."""
    with connection.cursor() as cursor:
        cursor.execute(UNTIL, {"kind": kind})
        seconds: float | None = cursor.fetchone()[0]
    return None if seconds is None else max(seconds, 0.0)
