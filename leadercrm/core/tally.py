"""How many rows a resource has, and whether anything about it has changed, without counting.

Each transaction that writes a resource adds to one of a few counter rows of that resource, last
before its commit. `version` tells a cached count from a stale one; `rows` is the exact number of
living rows. Both are read in the same statement, hence the same snapshot, as the page they belong
to. The rows are spread over shards, so that parallel writers seldom wait for each other; the sum
over the shards grows with every commit.
"""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from leadercrm.core.database import connection, this_connection

SHARDS = 8
# Summed over the shards of one resource; takes the resource's name once.
READ_SQL = (
    "SELECT coalesce(sum(version), 0)::bigint, coalesce(sum(rows), 0)::bigint FROM core_tally WHERE resource = %s"
)
VERSIONS_SQL = "SELECT resource, sum(version)::bigint FROM core_tally WHERE resource = ANY(%s) GROUP BY resource"
BUMP_SQL = """
    INSERT INTO core_tally (resource, shard, version, rows) VALUES (%s, %s, 1, %s)
    ON CONFLICT (resource, shard) DO UPDATE SET version = core_tally.version + 1, rows = core_tally.rows + excluded.rows
"""

_pending: ContextVar[dict[str, int] | None] = ContextVar("pending_tally", default=None)


@contextmanager
def collecting() -> Iterator[None]:
    """Gather touches and write them when the outermost block ends well. Needs a transaction around it."""
    if _pending.get() is not None:
        yield
        return
    pending: dict[str, int] = {}
    reset = _pending.set(pending)
    try:
        yield
        flush(pending)
    finally:
        _pending.reset(reset)


@contextmanager
def apart() -> Iterator[None]:
    """Let the actions inside write their touches by themselves: what is rolled back must leave none with the others."""
    reset = _pending.set(None)
    try:
        yield
    finally:
        _pending.reset(reset)


def touch(resource: str, rows: int = 0) -> None:
    """Note that this transaction changes `resource`, and by how many living rows."""
    pending = _pending.get()
    if pending is None:
        raise RuntimeError(f"{resource} written outside an action")
    pending[resource] = pending.get(resource, 0) + rows


@contextmanager
def savepoint() -> Iterator[None]:
    """Forget what was touched inside when it ends badly, as the database does with what was written there."""
    pending = _pending.get()
    before = dict(pending or {})
    try:
        yield
    except BaseException:
        if pending is not None:
            pending.clear()
            pending.update(before)
        raise


def flush(pending: dict[str, int]) -> None:
    """Write the touches, in one order for everybody: these rows are locked until the commit."""
    for resource in sorted(pending):
        this_connection().run_kept(BUMP_SQL, [resource, any_shard(), pending[resource]])


def any_shard() -> int:
    return random.randrange(SHARDS)  # noqa: S311 - spreads load, hides nothing


def read(resource: str) -> tuple[int, int]:
    """(version, living rows) of a resource."""
    with connection.cursor() as cursor:
        cursor.execute(READ_SQL, [resource])
        version, rows = cursor.fetchone()
    return version, rows


def versions(resources: Iterable[str]) -> tuple[int, ...]:
    """The versions of several resources, in their order: what was computed of them holds for as long as these do."""
    wanted = list(resources)
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS_SQL, [wanted])
        found = dict(cursor.fetchall())
    return tuple(found.get(resource, 0) for resource in wanted)


def all_rows() -> dict[str, int]:
    """Living rows of each resource that has ever been written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT resource, sum(rows)::bigint FROM core_tally GROUP BY resource")
        return dict(cursor.fetchall())


def recount(resource: str, rows: int) -> None:
    """Set a resource's number of rows after a bulk load that went past the actions."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_tally SET rows = 0, version = version + 1 WHERE resource = %s", [resource])
        cursor.execute(BUMP_SQL, [resource, 0, rows])
