"""Threads with connections of their own, on real commits: for tests that use the fixture `live`."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import TypeVar

from django.db import transaction

from leadercrm.core.database import connection
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

R = TypeVar("R")


def in_parallel(calls: Sequence[Callable[[], R]]) -> list[R]:
    """Run all calls at once, a thread each, and return their results in order. The first error is raised."""
    start = Barrier(len(calls))

    def run(call: Callable[[], R]) -> R:
        start.wait(timeout=20)
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
                done.wait(timeout=20)
        finally:
            held.set()
            connection.close()

    thread = Thread(target=stand)
    thread.start()
    held.wait(timeout=20)
    try:
        yield
    finally:
        done.set()
        thread.join()
