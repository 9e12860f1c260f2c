"""Two schedulers that run at once: all of their rings arrive, and each job is done once in its time."""

import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection
from kombu import Connection
from kombu.simple import SimpleQueue

from leadercrm.core.testing.processes import Program
from leadercrm.core.testing.redis_databases import database_of_servers
from leadercrm.embedded.addresses import broker_url
from leadercrm.tenancy import periodic
from leadercrm.tenancy.models import PeriodicRun
from leadercrm.tenancy.tests.scratch import Scratch

# The product's schedule, but that it rings all the time, where the product does it every few seconds to an hour.
BEAT = """
import django
django.setup()
from leadercrm.celery import app
for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 0.3
app.Beat(scheduler_cls="celery.beat:Scheduler", loglevel="CRITICAL", socket_timeout=None).run()
"""
SCHEDULE: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
JOBS = {entry["args"][0] for entry in SCHEDULE.values()}


@dataclass
class Bench:
    """What workers do with what they are rung for, without a process for it; `done` counts jobs, not rings."""

    url: str
    rings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    done: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Take rings, as two workers with two hands each would, until each job has been rung by both schedulers."""
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(lambda _hand: self._hand(), range(4)))

    def _hand(self) -> None:
        try:
            with Connection(self.url) as wire, SimpleQueue(wire.default_channel, "celery") as queue:
                while not self.is_heard():
                    try:
                        message = queue.get(timeout=0.2)
                    except Empty:
                        continue
                    message.ack()
                    self._answer(message)
        finally:
            connection.close()

    def _answer(self, message: Any) -> None:
        assert message.headers["task"] == "tenancy.run_periodic"
        job, seconds = message.payload[0]
        self.rings[job].add(message.headers["origin"])
        # No period is over before the test is, however slow the machine.
        periodic.run_periodic(job, seconds + 3600)

    def is_heard(self) -> bool:
        return self.rings.keys() == JOBS and all(len(schedulers) == 2 for schedulers in self.rings.values())


@pytest.fixture
def bench(migrated: Scratch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Two schedulers run, each a process as the product starts it; the jobs themselves only leave a mark."""
    redis_url = database_of_servers(settings.REDIS_URL)
    redis.Redis.from_url(redis_url).flushdb()
    PeriodicRun.objects.all().delete()
    made = Bench(broker_url(redis_url))
    marks = {job: lambda job=job: made.done.append(job) for job in JOBS}
    monkeypatch.setattr(periodic, "current_app", type("Marked", (), {"tasks": marks}))
    schedulers = [Program([sys.executable, "-c", BEAT], {"REDIS_URL": redis_url}) for _number in range(2)]
    for scheduler in schedulers:
        scheduler.start()
    try:
        yield made
    finally:
        for scheduler in schedulers:
            scheduler.kill()
        redis.Redis.from_url(redis_url).flushdb()


def test_two_schedulers_ring_and_each_job_is_done_once(bench: Bench) -> None:
    bench.work()
    assert sorted(bench.done) == sorted(JOBS)
    assert set(PeriodicRun.objects.exclude(finished_at=None).values_list("job", flat=True)) == JOBS


def test_control_without_the_row_each_ring_is_obeyed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "take_turn", lambda job, period: True)
    bench.work()
    assert min(bench.done.count(job) for job in JOBS) >= 2
