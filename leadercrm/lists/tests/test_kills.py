"""Workers that die in the middle of an import, by kill -9: nothing is lost, and nothing is made twice."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Contact
from leadercrm.core import outbox, ports, tally
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry, WorkItem, WorkState
from leadercrm.core.testing.processes import copied_database
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.core.testing.twins import twin
from leadercrm.lists.actions import batches
from leadercrm.lists.actions.imports import begin_import, start_import
from leadercrm.lists.models import Batch, BatchRow, BatchStatus
from leadercrm.lists.tests.conftest import csv_of, work
from leadercrm.tenancy.binding import bind

ROWS, CHUNK = 25, 10


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    """A tenant in a database that other processes see."""
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        yield make_tenant("Traer")


def work_in_a_process(tenant: TestTenant, work_id: int, *, die_at: int = 0) -> int:
    """Have a worker's process do a piece of work, and die when its rows are written, before the commit."""

    def write(rows: Any) -> None:
        write_rows(rows)
        if Contact.objects.count() == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    write_rows = batches.write_rows

    def run() -> None:
        batches.AT_ONCE, batches.write_rows = CHUNK, write
        with ports.bind_tenant(tenant.row.pk):
            outbox.run(work_id)

    return twin(run).end()[0]


def let_lease_end() -> None:
    WorkItem.objects.filter(state=WorkState.RUNNING).update(due_at=timezone.now() - timedelta(minutes=5))


def test_an_import_goes_on_where_the_last_commit_ended(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "AT_ONCE", CHUNK)
    with bind(tenant.bound):
        rows = [("Nombre", "Correo"), *((f"N{number}", f"n{number}@x.mx") for number in range(ROWS))]
        batch = start_import("contacts", name="x.csv", pieces=[csv_of(rows)], once=None, actor=tenant.actor())
        work()
        batch.refresh_from_db()
        begin_import(batch, {**batch.options, "same": "make"}, actor=tenant.actor())
        first = WorkItem.objects.latest("pk")
    assert work_in_a_process(tenant, first.pk) == 0
    with bind(tenant.bound):
        assert (Contact.objects.count(), Batch.objects.get().done) == (CHUNK, CHUNK)
        second = WorkItem.objects.latest("pk")
    assert work_in_a_process(tenant, second.pk, die_at=2 * CHUNK) == -signal.SIGKILL
    with bind(tenant.bound):
        assert (Contact.objects.count(), Batch.objects.get().done) == (CHUNK, CHUNK)
        assert WorkItem.objects.get(pk=second.pk).state == WorkState.RUNNING
        let_lease_end()
        outbox.run(second.pk)
        work()
        batch.refresh_from_db()
        assert (batch.status, batch.made, batch.done) == (BatchStatus.DONE, ROWS, ROWS)
        assert Contact.objects.count() == ROWS == tally.read("crm.contact")[1]
        assert AuditEntry.objects.filter(action="contact.created").count() == ROWS
        # Somebody rings once more for what is done; and the control: without the guard it would be done again.
        batches.work_on(batch, done=CHUNK, actor=Actor.system())
        assert Contact.objects.count() == ROWS
        Batch.objects.update(status=BatchStatus.RUNNING, done=CHUNK)
        BatchRow.objects.filter(place__gt=CHUNK + 1).update(outcome="")
        batches.work_on(batch, done=CHUNK, actor=Actor.system())
        assert Contact.objects.count() > ROWS
