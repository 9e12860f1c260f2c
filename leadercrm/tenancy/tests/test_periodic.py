"""Two schedulers, one start; a dead run does not stop the job for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from leadercrm.tenancy.models import PeriodicRun
from leadercrm.tenancy.periodic import LEASE_SECONDS, end_turn, take_turn
from leadercrm.tenancy.tests.scratch import Scratch

MINUTE = timedelta(minutes=1)


def attempt(_number: int) -> bool:
    try:
        return take_turn("raced", MINUTE)
    finally:
        connection.close()


def test_parallel_schedulers_start_a_job_once(migrated: Scratch) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_job_comes_again_after_its_period_but_never_while_it_runs(migrated: Scratch) -> None:
    assert take_turn("job", MINUTE)
    row = PeriodicRun.objects.filter(job="job")
    row.update(started_at=timezone.now() - MINUTE)
    assert not take_turn("job", MINUTE)
    end_turn("job")
    assert take_turn("job", MINUTE)
    row.update(started_at=timezone.now() - timedelta(seconds=LEASE_SECONDS + 1))
    assert take_turn("job", MINUTE)  # that run died
