"""Locks on what has no row yet: the name of something that two requests might make at once."""

from collections.abc import Iterable

from leadercrm.core.database import connection

HOLD = "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%s::text[]) AS name"


def hold_names(names: Iterable[str]) -> None:
    """Hold these names in the bound tenant until the transaction ends; whoever wants one of them waits.

    Everybody takes theirs in the same order. Two names may share a lock, once in 2^64: one waits in vain then.
    """
    wanted = sorted({f"{connection.schema_name}\n{name}" for name in names})
    if not wanted:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("a lock that lasts for a transaction needs one")
    connection.run_kept(HOLD, [wanted])
