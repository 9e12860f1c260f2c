"""Two schedulers, one start; a dead run does not stop the job for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone

from leadercrm.core.tasks import send
from leadercrm.tenancy import provisioning
from leadercrm.tenancy.models import PeriodicRun
from leadercrm.tenancy.periodic import LEASE_SECONDS, end_turn, run_periodic, take_turn
from leadercrm.tenancy.tasks import refill_spares
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


def test_beat_runs_registered_tasks_once_per_period(migrated: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(provisioning, "refill_spares", lambda: runs.append(1))
    assert run_periodic("tenancy.refill_spares", 30)
    assert not run_periodic("tenancy.refill_spares", 30)
    assert runs == [1]
    schedule: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
    for entry in schedule.values():
        task: Any = current_app.tasks[entry["args"][0]]
        assert (entry["task"], task.across_tenants) == (run_periodic.name, True)


def test_failed_run_gives_up_its_turn(migrated: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(provisioning, "sweep_orphans", fail)
    with pytest.raises(ZeroDivisionError):
        run_periodic("tenancy.sweep_orphans", 600)
    assert PeriodicRun.objects.get(job="tenancy.sweep_orphans").finished_at is not None


def test_broker_that_does_not_answer_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    assert not send(refill_spares, connection=current_app.connection_for_write("redis://127.0.0.1:1/0"))
    assert "no broker" in caplog.text


def test_every_thread_rings_at_the_products_broker() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: refill_spares.app.main).result() == "leadercrm"
