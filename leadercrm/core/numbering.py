"""Numbers of documents: consecutive per tenant and kind, without a gap, never given twice."""

from django.db import transaction

from leadercrm.core.database import connection

# One statement makes the counter or moves it on, and holds its row until the commit.
NEXT_SQL = """
    INSERT INTO core_counter AS counter (kind, last) VALUES (%s, 1)
    ON CONFLICT (kind) DO UPDATE SET last = counter.last + 1
    RETURNING last
"""
DIGITS = 6


def next_number(kind: str, prefix: str) -> str:
    """The next number of a kind of document, `COT-000008`; past 999,999 it grows longer.

    The number belongs to the running transaction: rolled back, it is given to the next one. Whoever
    wants the same counter waits until this transaction ends, so this is the last lock that an
    action takes: lock the document and its rows first, number it, write it, commit. Without a
    transaction it refuses (TransactionManagementError).
    """
    return f"{prefix}-{next_place(kind):0{DIGITS}d}"


def next_place(kind: str) -> int:
    """The next number as such: who has it is alone with this counter until the transaction ends."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a number is taken in the transaction of its document")
    last: int = connection.run_kept(NEXT_SQL, [kind])[0][0]
    return last
