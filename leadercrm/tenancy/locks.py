"""Advisory locks of the tenancy. They last for a transaction, so that a killed process leaves none behind.

Session locks are not used: behind a pooler the session may be somebody else's at the next statement.
"""

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """Keys in this project's key space of pg_advisory_lock."""

    FLEET = 1
    TEMPLATE = 2
    REFILL = 3
    SWEEP = 4


KEY_SPACE = 0x1EAD


def try_lock(lock: Lock) -> bool:
    """Take `lock` until the running transaction ends; False when somebody else has it."""
    return bool(_call("pg_try_advisory_xact_lock", lock))


def wait_for(lock: Lock) -> None:
    """Take `lock` alone until the running transaction ends, after all who share it now."""
    _call("pg_advisory_xact_lock", lock)


def share(lock: Lock) -> None:
    """Take `lock` together with others until the running transaction ends."""
    _call("pg_advisory_xact_lock_shared", lock)


def _call(function: str, lock: Lock) -> object:
    if not connection.in_atomic_block:
        raise RuntimeError("a lock that lasts for a transaction needs one")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [KEY_SPACE, int(lock)])
        return cursor.fetchone()[0]
