"""Work that follows a commit: never lost, repeatable work done once, unrepeatable work never twice."""

import os
import signal
import smtplib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone

from leadercrm.core import outbox, ports, tasks
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.mail import send_mail
from leadercrm.core.models import AuditEntry, Counter, WorkItem, WorkState
from leadercrm.core.testing.processes import copied_database
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.core.testing.twins import twin
from leadercrm.core.work import confirm_work, repeat_work
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import PendingWork
from leadercrm.tenancy.queue import sweep

Rings = list[tuple[int, int]]


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> Rings:
    """What the doorbell was rung for, instead of ringing it."""
    heard: Rings = []
    monkeypatch.setattr(tasks.run_work, "apply_async", lambda args, **_: heard.append(args))
    return heard


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Registers a handler for one test; the name under which it is scheduled."""

    def register(function: Callable[..., None], *, repeatable: bool = True) -> str:
        monkeypatch.setitem(outbox.HANDLERS, "test.work", (function, repeatable))
        return "test.work"

    return register


def bump(**_: Any) -> None:
    """An effect inside the database that two runs would show."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_counter (kind, last) VALUES ('done', 1)"
            " ON CONFLICT (kind) DO UPDATE SET last = core_counter.last + 1"
        )


def done() -> int:
    return sum(Counter.objects.filter(kind="done").values_list("last", flat=True))


def fail(**_: Any) -> None:
    bump()
    raise ValueError("no")


def make_due(item: WorkItem) -> None:
    """Let the lease or the waiting time of a row run out."""
    long_ago = timezone.now() - timedelta(minutes=5)
    WorkItem.objects.filter(pk=item.pk).update(due_at=long_ago)
    PendingWork.objects.filter(work_id=item.pk).update(due_at=long_ago)


# --- committed with the change


def test_work_commits_with_its_change_or_not_at_all(
    alfa: TestTenant, rings: Rings, kind: Callable[..., str], django_capture_on_commit_callbacks: Any
) -> None:
    name = kind(bump)
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            outbox.after_commit(name)
            transaction.set_rollback(True)
        with transaction.atomic():
            item = outbox.after_commit(name)
            assert rings == []
    assert WorkItem.objects.get() == item
    assert list(PendingWork.objects.values_list("tenant_id", "work_id")) == [(alfa.row.pk, item.pk)]
    assert rings == [(alfa.row.pk, item.pk)]


def test_work_without_a_handler_is_refused_where_it_is_scheduled(alfa: TestTenant) -> None:
    with pytest.raises(LookupError):
        outbox.after_commit("test.nobody")


# --- rung, swept, run


def test_a_lost_ring_is_made_good_by_the_sweeper(alfa: TestTenant, rings: Rings, kind: Callable[..., str]) -> None:
    item = outbox.after_commit(kind(bump))
    make_due(item)
    rings.clear()
    connection.set_schema_to_public()
    sweep()
    assert (alfa.row.pk, item.pk) in rings
    tasks.run_work(*rings[0])
    with bind(alfa.bound):
        assert (done(), WorkItem.objects.get(pk=item.pk).state) == (1, WorkState.DONE)
    assert not PendingWork.objects.filter(work_id=item.pk).exists()


def test_work_is_not_done_before_its_time(alfa: TestTenant, rings: Rings, kind: Callable[..., str]) -> None:
    item = outbox.after_commit(kind(bump), due_at=timezone.now() + timedelta(hours=1))
    assert not outbox.run(item.pk)
    sweep.run()
    assert (done(), rings) == (0, [])
    make_due(item)
    assert outbox.run(item.pk)
    assert done() == 1


def test_finished_work_is_not_done_again(alfa: TestTenant, kind: Callable[..., str]) -> None:
    item = outbox.after_commit(kind(bump))
    assert [outbox.run(item.pk), outbox.run(item.pk), outbox.run(10**15)] == [True, False, False]
    assert done() == 1


def test_a_failure_waits_longer_each_time_and_is_failed_in_the_end(alfa: TestTenant, kind: Callable[..., str]) -> None:
    item, waits = outbox.after_commit(kind(fail)), []
    for _ in range(outbox.MAX_ATTEMPTS):
        make_due(item)
        with time_machine.travel(timezone.now(), tick=False):
            assert outbox.run(item.pk)
            item.refresh_from_db()
            waits.append(round((item.due_at - timezone.now()).total_seconds()))
    assert waits[:-1] == [10, 40, 160, 640, 2560]
    assert (item.state, item.error, item.attempts) == (WorkState.FAILED, "ValueError('no')", outbox.MAX_ATTEMPTS)
    assert (done(), PendingWork.objects.get(work_id=item.pk).trouble) == (0, "failed")


def test_an_unclear_failure_of_unrepeatable_work_is_in_doubt(alfa: TestTenant, kind: Callable[..., str]) -> None:
    item = outbox.after_commit(kind(fail, repeatable=False))
    outbox.run(item.pk)
    item.refresh_from_db()
    assert (item.state, item.error) == (WorkState.IN_DOUBT, "ValueError('no')")
    make_due(item)
    assert not outbox.run(item.pk)


def test_unrepeatable_work_that_did_nothing_is_tried_again(alfa: TestTenant, kind: Callable[..., str]) -> None:
    def refused() -> None:
        raise outbox.NothingDone("nobody was there")

    item = outbox.after_commit(kind(refused, repeatable=False))
    outbox.run(item.pk)
    item.refresh_from_db()
    assert item.state == WorkState.WAITING


@pytest.mark.parametrize(
    ("error", "surely_nothing"),
    [
        (smtplib.SMTPDataError(451, b"later"), True),
        (smtplib.SMTPRecipientsRefused({}), True),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError(), False),
    ],
)
def test_mail_knows_when_nothing_went_out(
    alfa: TestTenant, monkeypatch: pytest.MonkeyPatch, error: Exception, surely_nothing: bool
) -> None:
    def send(*_: Any) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send)
    words = {"user": {"name": "A"}, "tenant": {"name": "B"}}
    with pytest.raises(outbox.NothingDone if surely_nothing else type(error)):
        send_mail(to="a@example.com", subject="S", template="accounts/welcome", context=words, message_id="1")
    assert outgoing.outbox == []


# --- trouble


def test_who_is_to_know_is_told_once_in_the_transaction_that_says_so(
    alfa: TestTenant, kind: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []

    def hear(item: WorkItem) -> None:
        told.append((item.state, item.error))
        bump()
        if item.error == "deaf":
            raise ValueError("no")

    def fail_for_good(reason: str) -> None:
        raise outbox.Hopeless(reason)

    monkeypatch.setitem(outbox.LISTENERS, "test.work", hear)
    for reason in ("550 no such user", "deaf"):
        item = outbox.after_commit(kind(fail_for_good, repeatable=False), reason=reason)
        outbox.run(item.pk)
        outbox.run(item.pk)
        item.refresh_from_db()
        assert (item.state, item.error, item.attempts) == (WorkState.FAILED, reason, 1)
    outbox.run(outbox.after_commit(kind(fail, repeatable=False)).pk)
    assert told == [("failed", "550 no such user"), ("failed", "deaf"), ("in_doubt", "ValueError('no')")]
    assert done() == 3  # the deaf one's was taken back; fail() has bumped outside any transaction


def test_troubled_work_is_done_again_or_called_done(
    alfa: TestTenant, rings: Rings, kind: Callable[..., str], django_capture_on_commit_callbacks: Any
) -> None:
    tenant: Any = alfa.row
    items = [outbox.after_commit(kind(fail, repeatable=False), about=tenant) for _number in range(2)]
    for item in items:
        outbox.run(item.pk)
    assert outbox.troubled(tenant) == outbox.troubled(tenant, "test.work", "x") == items
    assert outbox.troubled(tenant, "x") == []
    sweep.run()
    assert rings == []  # it waits for somebody, not for a worker
    with untouched(), pytest.raises(Forbidden):
        repeat_work(items[0], actor=alfa.actor("manager"))
    kind(bump, repeatable=False)
    with django_capture_on_commit_callbacks(execute=True):
        repeat_work(items[0], actor=alfa.actor())
    assert rings == [(tenant.pk, items[0].pk)]
    confirm_work(items[1], actor=alfa.actor())
    Counter.objects.all().delete()
    assert [outbox.run(item.pk) for item in items] == [True, False]
    assert (done(), outbox.troubled(tenant)) == (1, [])
    assert set(WorkItem.objects.values_list("state", flat=True)) == {"done"}
    assert not PendingWork.objects.exists()
    audited = AuditEntry.objects.filter(object_type="core.workitem").order_by("id").values_list("action", flat=True)
    assert list(audited) == ["work.repeated", "work.confirmed"]
    with untouched(), pytest.raises(DomainError):
        confirm_work(items[1], actor=alfa.actor())


# --- killed workers


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    """A tenant in a database that other processes see."""
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        yield make_tenant("Obra")


def work_in_a_process(tenant: TestTenant, item: WorkItem, *, repeatable: bool, die: bool) -> int:
    """Have a worker's process do the work, and die after it if it must; what it ended with."""

    def work(path: str) -> None:
        bump()
        with open(path, "a") as outside:
            outside.write("x")
        if die:
            os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        outbox.HANDLERS["test.work"] = (work, repeatable)
        with ports.bind_tenant(tenant.row.pk):
            outbox.run(item.pk)

    return twin(run).end()[0]


@pytest.mark.parametrize(
    ("repeatable", "state", "effects", "outside"),
    [
        pytest.param(True, WorkState.DONE, 1, "xx", id="repeatable: inside once; the control: outside twice"),
        pytest.param(False, WorkState.IN_DOUBT, 1, "x", id="unrepeatable: in doubt, never twice"),
    ],
)
def test_a_worker_killed_in_the_middle(
    tenant: TestTenant,
    kind: Callable[..., str],
    tmp_path: Any,
    repeatable: bool,
    state: str,
    effects: int,
    outside: str,
) -> None:
    trace = tmp_path / "trace"
    with bind(tenant.bound):
        Counter.objects.all().delete()
        with transaction.atomic():
            item = outbox.after_commit(kind(bump), path=str(trace))
    assert work_in_a_process(tenant, item, repeatable=repeatable, die=True) == -signal.SIGKILL
    assert work_in_a_process(tenant, item, repeatable=repeatable, die=False) == 0  # its lease still holds
    with bind(tenant.bound):
        assert (WorkItem.objects.get(pk=item.pk).state, trace.read_text()) == (WorkState.RUNNING, "x")
        make_due(item)
    assert work_in_a_process(tenant, item, repeatable=repeatable, die=False) == 0
    with bind(tenant.bound):
        assert (WorkItem.objects.get(pk=item.pk).state, done(), trace.read_text()) == (state, effects, outside)


# --- two workers at once


def in_threads(tenant: TestTenant, call: Callable[[], Any], number: int = 8) -> list[Any]:
    barrier = threading.Barrier(number)

    def one(_: int) -> Any:
        try:
            with bind(tenant.bound):
                barrier.wait()
                return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_workers_at_once_do_a_row_once(
    tenant: TestTenant, kind: Callable[..., str], monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control claims without a lock and settles without looking whose row it is."""
    with bind(tenant.bound):
        Counter.objects.all().delete()
        with transaction.atomic():
            item = outbox.after_commit(kind(bump))
    if not guarded:
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **_: rows)
        monkeypatch.setattr(
            outbox, "_write", lambda item, **values: WorkItem.objects.filter(pk=item.pk).update(**values)
        )
        monkeypatch.setattr(outbox, "_claim", claim_together())
    in_threads(tenant, lambda: outbox.run(item.pk))
    with bind(tenant.bound):
        assert (done() == 1) is guarded


def claim_together() -> Callable[[int], WorkItem]:
    """Claim after everybody has looked: what chance does now and then."""
    gate = threading.Barrier(8)

    def look_then_claim(work_id: int) -> WorkItem:
        item = WorkItem.objects.get(pk=work_id)
        gate.wait()
        WorkItem.objects.filter(pk=work_id).update(state=WorkState.RUNNING, attempts=F("attempts") + 1)
        return item

    return look_then_claim


def test_a_worker_slower_than_its_lease_undoes_its_work(tenant: TestTenant, kind: Callable[..., str]) -> None:
    with bind(tenant.bound):
        Counter.objects.all().delete()
        with transaction.atomic():
            item = outbox.after_commit(kind(lambda: None))
        kind(overtaken_once(item, tenant))
        outbox.run(item.pk)
        assert (done(), WorkItem.objects.get(pk=item.pk).attempts) == (1, 2)


def overtaken_once(item: WorkItem, tenant: TestTenant) -> Callable[[], None]:
    calls: list[int] = []

    def handler() -> None:
        calls.append(1)
        if len(calls) == 1:
            in_threads(
                tenant,
                lambda: make_due(item) or outbox.run(item.pk),  # type: ignore[func-returns-value]
                number=1,
            )
        bump()

    return handler


# --- without a broker


@pytest.mark.parametrize("error", [OSError("gone"), OperationalError("odd"), TimeoutError(), RuntimeError("full")])
def test_ringing_never_raises(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(tasks.run_work, "apply_async", broken)
    tasks.ring(1, 1)
