"""Senders killed in the middle, a mail server that fails, PostgreSQL and the broker lost: each mail once, nobody lost.

In every run a small storm, whose senders are bare processes; with LEADERCRM_STORM=full the whole one: Celery's
workers, 10,000 recipients, 20 kills, a flushed broker, and a PostgreSQL that crashes.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection

from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.mail_sink import taken
from leadercrm.core.testing.own_postgres import crash, own_postgres
from leadercrm.core.testing.processes import FULL, copied_database, raw_connection
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.embedded.addresses import broker_url
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.fleet.run import migrate_fleet
from marketing.tests.storm import BLIND, Storm, Weather, flush_broker, own_redis, settle_down

SMALL = Weather(recipients=300, senders=2, kills=3, seconds=0.015)
WHOLE = Weather(recipients=10_000, senders=4, kills=20, seconds=0.025)


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        yield make_tenant("Tormenta")


def terminate_backends() -> None:
    """What a restart of PostgreSQL does to its clients."""
    with raw_connection() as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


@pytest.mark.timeout(300)
def test_kills_and_failures_lead_to_no_second_mail_and_lose_nobody(tenant: TestTenant, tmp_path: Path) -> None:
    """Takes seconds: processes that start, die, and whose leases have to run out."""
    flush_broker()
    storm = Storm(tenant, SMALL, tmp_path)
    with storm.raging():
        storm.begin()
        for number in range(SMALL.kills):
            storm.wait_for((number + 1) / (SMALL.kills + 2))
            storm.kill(number)
            if number == 1:
                terminate_backends()
                flush_broker()
        settle_down(storm, 200)
    print(f"\n{dict(storm.judge())}")


@pytest.mark.timeout(300)
def test_control_an_engine_that_knows_no_doubt_sends_twice(tenant: TestTenant, tmp_path: Path) -> None:
    """The same without the guard: what was claimed is queued again when the lease has run out."""
    flush_broker()
    weather = Weather(recipients=60, senders=2, kills=2, seconds=0.03, temporary=0, permanent=0, drops=0)
    storm = Storm(tenant, weather, tmp_path, BLIND)
    with storm.raging():
        storm.begin()
        for number in range(weather.kills):
            storm.wait_for((number + 1) / 10)
            storm.kill(number)
        settle_down(storm, 200)
    mails = [recipient for recipient, _message_id in taken(tmp_path)]
    print(f"\n{len(mails) - len(set(mails))} came twice")
    assert len(mails) > len(set(mails))


@pytest.mark.skipif(not FULL, reason="minutes: LEADERCRM_STORM=full")
@pytest.mark.timeout(900)
def test_the_whole_storm(django_db_setup: None, django_db_blocker: Any, tmp_path: Path) -> None:
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        postgres = stack.enter_context(own_postgres(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        migrate_fleet(lambda line: None)
        flush_broker()
        storm = Storm(make_tenant("Tormenta"), WHOLE, tmp_path, celery=True)
        with storm.raging():
            storm.begin()
            for number in range(WHOLE.kills):
                ring_until(storm, (number + 1) / (WHOLE.kills + 2))
                storm.kill(number)
                if number == WHOLE.kills // 3:
                    flush_broker()
                if number == WHOLE.kills // 2:
                    crash(postgres)
                    connection.close()
            storm.doubts = doubts_of(storm)
            while not storm.is_over():
                ring()
                time.sleep(1)
        print(f"\n{dict(storm.judge())}; {storm.doubts} were in doubt meanwhile")


def ring() -> None:
    """What beat does."""
    wire = current_app.connection_for_write(broker_url(own_redis()))
    for _sender in range(WHOLE.senders):
        current_app.send_task("marketing.send_campaigns", connection=wire, expires=5, queue="campaigns")


def ring_until(storm: Storm, share: float) -> None:
    deadline = time.monotonic() + 300
    while storm.arrived() < storm.weather.recipients * share:
        ring()
        time.sleep(0.5)
        assert time.monotonic() < deadline


def doubts_of(storm: Storm) -> int:
    with bind(storm.tenant.bound):
        return AuditEntry.objects.filter(action="recipient.looked_up").count()
