"""Threads with connections of their own, on real commits: for tests that use the fixture `live`."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import Any, TypeVar

from django.db import models, transaction

from leadercrm.core.database import connection
from leadercrm.core.testing.processes import raw_connection, wait_until
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

R = TypeVar("R")
# No thread of ours needs a second for anything; a machine that has much else to do takes its time.
PATIENCE = 60
WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def in_parallel(calls: Sequence[Callable[[], R]]) -> list[R]:
    """Run all calls at once, a thread each, and return their results in order. The first error is raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], R]) -> R:
        start.wait(PATIENCE)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def by_hands(calls: Sequence[Callable[[], object]], hands: int) -> None:
    """Run many calls by a few threads at once, each of which takes the next call that nobody has taken."""
    waiting = deque(calls)

    def hand() -> None:
        while waiting:
            try:
                call = waiting.popleft()
            except IndexError:
                return
            call()

    in_parallel([hand] * hands)


@contextmanager
def meanwhile(tenant: TestTenant, hold: Callable[[], object]) -> Iterator[None]:
    """Run the block while another connection, bound to `tenant`, stands in a transaction in which it called `hold`."""
    held, done = Event(), Event()

    def stand() -> None:
        try:
            with bind(tenant.bound), transaction.atomic():
                hold()
                held.set()
                done.wait(PATIENCE)
        finally:
            held.set()
            connection.close()

    thread = Thread(target=stand)
    thread.start()
    held.wait(PATIENCE)
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- races whose outcome no clock decides


def everybody(number: int) -> Barrier:
    """Where so many threads wait for each other, again and again; BrokenBarrierError when one of them never comes."""
    return Barrier(number, timeout=PATIENCE)


def met(number: int, function: Callable[..., R]) -> Callable[..., R]:
    """The same function, which its first callers, so many threads, begin together."""
    together, calls = everybody(number), itertools.count()

    def begin(*args: Any, **kwargs: Any) -> R:
        if next(calls) < number:
            together.wait()
        return function(*args, **kwargs)

    return begin


def read_together(number: int) -> Callable[..., Any]:
    """In the place of `lock`: so many threads have read, and locked nothing, before any of them goes on."""
    together = everybody(number)

    def unlocked(row: models.Model, **_: Any) -> Any:
        fresh = type(row)._default_manager.get(pk=row.pk)
        together.wait()
        return fresh

    return unlocked


def somebody_waits() -> bool:
    """Whether a connection to this database waits for a lock of another."""
    with raw_connection() as raw:
        return bool(raw.execute(WAITING).fetchall()[0][0])


class Stand:
    """A place in one thread's work where it stands until another's is done, or waits for what the first one holds."""

    def __init__(self) -> None:
        self.reached, self.over = Event(), Event()

    def here(self) -> None:
        """The first one's: let the other begin, and go on when it is done or can do no more."""
        self.reached.set()
        wait_until(lambda: self.over.is_set() or somebody_waits(), "the other is done, or waits", PATIENCE, 0.01)

    def after(self, function: Callable[..., R]) -> Callable[..., R]:
        """The same function, whose caller then stands here."""

        def stand(*args: Any, **kwargs: Any) -> R:
            result = function(*args, **kwargs)
            self.here()
            return result

        return stand

    def then(self, call: Callable[[], R]) -> Callable[[], R]:
        """The other's: what it does as soon as the first one stands."""

        def follow() -> R:
            assert self.reached.wait(PATIENCE), "nobody came to stand"
            try:
                return call()
            finally:
                self.over.set()

        return follow
