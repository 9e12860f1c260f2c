"""Spares and claims: order, races, an empty stock, and processes killed half-way."""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, models, transaction

from leadercrm.accounts.models import User
from leadercrm.core.testing.parallel import everybody
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.twins import twin
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.fleet.fingerprint import fingerprint
from leadercrm.tenancy.fleet.head import TEMPLATE_SCHEMA
from leadercrm.tenancy.models import LoginIndex, SchemaTemplate, Tenant
from leadercrm.tenancy.provisioning import (
    NoTemplateError,
    claim_tenant,
    create_schema,
    drop_tenant,
    refill_spares,
    sweep_orphans,
)
from leadercrm.tenancy.tests.scratch import Scratch

PARALLEL = 20 if FULL else 10


def claim(name: str) -> Tenant:
    with transaction.atomic():
        return claim_tenant(name)


def register_like(number: int = 0) -> None:
    """The transaction of a registration: claim, login, user."""
    with transaction.atomic():
        tenant = claim_tenant(f"tenant {number}")
        login = LoginIndex.objects.create(email=f"{number}@example.com", tenant=tenant, role="admin")
        with bind(BoundTenant.of(tenant), inside_transaction=True):
            User(id=login.pk, name="n", email=login.email).save(force_insert=True)


def claim_in_parallel(*, all_look_first: bool = False) -> list[int]:
    """Claims that start at once, each on a connection of its own; none writes before all have looked, if so wanted."""
    together = everybody(PARALLEL)

    def write_together(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if all_look_first and sql.startswith("UPDATE"):
            together.wait()
        return execute(sql, *arguments)

    def one(number: int) -> int:
        try:
            connection.ensure_connection()
            together.wait()
            with connection.execute_wrapper(write_together):
                return int(claim(f"tenant {number}").pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(one, range(PARALLEL)))


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%'")
        return {name for (name,) in cursor.fetchall()}


def whole() -> bool:
    """Whether rows and schemas agree one to one."""
    return schemas() == set(Tenant.objects.values_list("schema_name", flat=True))


def test_claims_ascend_and_leave_other_spares_alone(fleet: Scratch) -> None:
    assert refill_spares(3) == 3
    first, second = claim("Uno"), claim("Dos")
    assert (second.pk, second.name) == (first.pk + 1, "Dos")
    assert Tenant.objects.get(pk=first.pk).claimed_at is not None
    assert Tenant.objects.filter(claimed_at=None).count() == 1
    assert refill_spares(3) == 2


def test_rolled_back_claim_gives_the_spare_back(fleet: Scratch) -> None:
    refill_spares(1)
    with transaction.atomic():
        undone = claim_tenant("Undone")
        transaction.set_rollback(True)
    assert claim("Kept").pk == undone.pk


@pytest.mark.parametrize("spares", [PARALLEL, PARALLEL // 2])
def test_parallel_claims_give_different_whole_tenants(fleet: Scratch, spares: int) -> None:
    refill_spares(spares)
    assert len(set(claim_in_parallel())) == PARALLEL
    assert Tenant.objects.exclude(claimed_at=None).count() == PARALLEL
    assert whole()
    expected = fingerprint(TEMPLATE_SCHEMA)
    assert all(fingerprint(name) == expected for name in schemas())


def test_parallel_claims_without_the_row_lock_collide(fleet: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: this race is real."""
    refill_spares(PARALLEL)
    monkeypatch.setattr(models.QuerySet, "select_for_update", lambda self, **options: self.all())
    assert len(set(claim_in_parallel(all_look_first=True))) == 1


def test_empty_stock_makes_the_schema_in_the_claim(fleet: Scratch) -> None:
    tenant = claim("Uno")
    assert fingerprint(tenant.schema_name) == fingerprint(TEMPLATE_SCHEMA)
    with transaction.atomic():
        claim_tenant("Undone")
        transaction.set_rollback(True)
    assert schemas() == {tenant.schema_name}
    assert whole()


def test_spare_of_an_older_version_is_not_claimed(fleet: Scratch) -> None:
    refill_spares(1)
    Tenant.objects.update(schema_version=0)
    assert claim("Uno").schema_version == SchemaTemplate.objects.get().version
    assert Tenant.objects.filter(claimed_at=None, schema_version=0).count() == 1


def test_without_a_template_it_says_what_to_run(fleet: Scratch) -> None:
    with transaction.atomic():
        SchemaTemplate.objects.all().delete()
        with pytest.raises(NoTemplateError, match="migrate_fleet"):
            claim_tenant("Uno")
        transaction.set_rollback(True)


def test_parallel_refills_do_not_overfill(fleet: Scratch) -> None:
    def refill(_number: int) -> int:
        try:
            return refill_spares(6)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(refill, range(4))) == 6
    assert Tenant.objects.count() == 6


class KillAt:
    """Kills its own process, as `kill -9` does, when the given statement is about to run."""

    def __init__(self, statement: int) -> None:
        self.left = statement

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def run_and_kill(work: Callable[[], Any], statement: int) -> bool:
    """Run `work` in a process that dies before its n-th statement; False when it ended before that."""

    def cut_short() -> None:
        with connection.execute_wrapper(KillAt(statement)):
            work()

    return twin(cut_short).end()[0] == -signal.SIGKILL


@pytest.mark.parametrize(
    ("work", "spares", "step"), [(refill_spares, 0, 17), (register_like, 1, 1), (register_like, 0, 13)]
)
def test_kill_anywhere_leaves_no_orphan(fleet: Scratch, work: Callable[..., Any], spares: int, step: int) -> None:
    refill_spares(spares)
    statement = 0
    while run_and_kill(lambda: work(2), statement):
        fleet.wait_until_alone()
        assert sweep_orphans() == 0
        assert whole()
        assert not LoginIndex.objects.exists()
        assert not Tenant.objects.exclude(claimed_at=None).exists()
        statement += step
    assert statement > 3 * step


def test_sweep_removes_halves_that_nobody_used(fleet: Scratch) -> None:
    refill_spares(2)
    live, lost = Tenant.objects.order_by("id")
    with transaction.atomic(), connection.cursor() as cursor:
        create_schema("t_00000000000000aa", SchemaTemplate.objects.get())
        cursor.execute(f"DROP SCHEMA {lost.schema_name} CASCADE; CREATE SCHEMA t_reports")
    assert sweep_orphans() == 2
    assert list(Tenant.objects.all()) == [live]
    assert schemas() == {live.schema_name, "t_reports"}
    connection.cursor().execute("DROP SCHEMA t_reports")


def test_sweep_keeps_what_may_be_somebodys_data(fleet: Scratch, caplog: pytest.LogCaptureFixture) -> None:
    refill_spares(2)
    register_like(1)
    register_like(2)
    used, claimed = Tenant.objects.order_by("id")
    Tenant.objects.filter(pk=used.pk).delete()
    connection.cursor().execute(f"DROP SCHEMA {claimed.schema_name} CASCADE")
    assert sweep_orphans() == 0
    assert schemas() == {used.schema_name}
    assert list(Tenant.objects.all()) == [claimed]
    assert len(caplog.records) == 2
    connection.cursor().execute(f"DROP SCHEMA {used.schema_name} CASCADE")


def test_sweep_during_refills_and_registrations_touches_nothing(fleet: Scratch) -> None:
    done = threading.Event()

    def sweeping() -> int:
        removed = 0
        while not done.is_set():
            removed += sweep_orphans()
        connection.close()
        return removed

    with ThreadPoolExecutor(1) as pool:
        sweeper = pool.submit(sweeping)
        try:
            for number in range(6):
                refill_spares(number % 3)
                register_like(number)
        finally:
            done.set()
        assert sweeper.result() == 0
    assert Tenant.objects.exclude(claimed_at=None).count() == 6
    assert whole()


def test_dropped_tenant_is_gone_with_all_it_had(fleet: Scratch) -> None:
    register_like()
    drop_tenant(Tenant.objects.get())
    assert not LoginIndex.objects.exists()
    assert whole()
    assert not schemas()
