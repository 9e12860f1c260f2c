"""Statements without a cursor: values, transactions, errors, and what the server keeps of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, transaction

from leadercrm.accounts.models import Team
from leadercrm.core.database import connection, this_connection
from leadercrm.tenancy.backend import direct
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.provisioning import claim_tenant
from leadercrm.tenancy.tests.scratch import Scratch

KEPT = "SELECT name, statement, generic_plans + custom_plans FROM pg_prepared_statements WHERE name LIKE 'kept_%%'"


@pytest.fixture
def session(migrated: Scratch) -> Iterator[None]:
    connection.close()
    connection.ensure_connection()
    yield
    connection.close()


def run_kept(sql: str, *params: object) -> list[tuple[object, ...]]:
    return this_connection().run_kept(sql, params, bound=False)


def kept() -> dict[str, int]:
    """The statements that the server keeps prepared, and how often it has planned or run each."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [])
        return {statement: runs for _name, statement, runs in cursor.fetchall()}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    "value",
    [7, 2**40, "sí", "100 %s", None, Decimal("1.10"), True, [1, 2], ["á", "b"], datetime(2026, 2, 1, tzinfo=UTC)],
)
def test_values_come_back_as_they_went(value: object) -> None:
    kind = {list: "bigint[]" if value == [1, 2] else "text[]", str: "text", Decimal: "numeric"}.get(type(value), "")
    place = f"%s::{kind}" if kind else "%s"
    assert run_kept(f"SELECT {place}, 'de 100 %%'", value) == [(value, "de 100 %")]
    assert this_connection().run_planned(f"SELECT {place}, 'de 100 %%'", [value]) == [(value, "de 100 %")]


@pytest.mark.usefixtures("session")
def test_statement_is_prepared_once_for_each_kind_of_values() -> None:
    for number in range(3):
        assert run_kept("SELECT %s + 1", number) == [(number + 1,)]
    assert kept() == {"SELECT $1 + 1": 3}
    assert run_kept("SELECT %s + 1", 2**40) == [(2**40 + 1,)]  # a bigint: the plan for small numbers does not fit
    assert run_kept("SELECT %s + 1", 1) == [(2,)]


@pytest.mark.usefixtures("session")
def test_least_recently_used_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "MOST_KEPT", 2)
    for statement in ("SELECT 1", "SELECT 2", "SELECT 1", "SELECT 3"):
        run_kept(statement)
    assert set(kept()) == {"SELECT 1", "SELECT 3"}
    assert run_kept("SELECT 2") == [(2,)]


@pytest.mark.usefixtures("session")
def test_survives_a_migration_that_changes_a_type() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE migrated (value integer)")
        cursor.execute("INSERT INTO migrated VALUES (7)")
        assert run_kept("SELECT value FROM migrated") == [(7,)]
        cursor.execute("ALTER TABLE migrated ALTER value TYPE text")
    assert run_kept("SELECT value FROM migrated") == [("7",)]


@pytest.mark.usefixtures("session")
def test_transaction_that_such_a_migration_overtakes_can_be_tried_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE migrated (value integer)")
        run_kept("SELECT value FROM migrated")
        cursor.execute("ALTER TABLE migrated ALTER value TYPE text")
    with pytest.raises(OperationalError), transaction.atomic():
        run_kept("SELECT value FROM migrated")
    with transaction.atomic():
        assert run_kept("SELECT value FROM migrated") == []


def test_each_tenant_has_a_plan_of_its_own(migrated: Scratch) -> None:
    with transaction.atomic():
        pair = [BoundTenant.of(claim_tenant(name)) for name in ("Uno", "Dos")]
    for tenant in pair:
        with bind(tenant):
            Team.objects.create(name=tenant.name)
    for _again in range(3):
        for tenant in pair:
            with bind(tenant):
                assert this_connection().run_kept("SELECT name FROM accounts_team", []) == [(tenant.name,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT name FROM accounts_team'")
        assert cursor.fetchone() == (2,)


@pytest.mark.usefixtures("session")
def test_belongs_to_the_transaction_that_it_runs_in() -> None:
    with transaction.atomic():
        transaction_id = run_kept("SELECT pg_current_xact_id()::text")
        assert run_kept("SELECT pg_current_xact_id()::text") == transaction_id
    assert run_kept("SELECT pg_current_xact_id()::text") != transaction_id


@pytest.mark.usefixtures("session")
def test_refusal_is_django_s_error_and_leaves_the_connection_in_use() -> None:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        run_kept("INSERT INTO public.tenancy_tenant (name) VALUES (%s)", "Sin esquema")
    assert isinstance(refusal.value.__cause__, psycopg.errors.NotNullViolation)
    assert run_kept("SELECT 1") == [(1,)]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("way", ["run_kept", "run_planned"])
def test_lost_connection_is_an_operational_error(way: str) -> None:
    run_kept("SELECT 1")
    with psycopg.connect(connection.connection.info.dsn, password=connection.settings_dict["PASSWORD"]) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    with pytest.raises(OperationalError):
        getattr(this_connection(), way)("SELECT 1", [])
    connection.close()
    assert run_kept("SELECT 1") == [(1,)]
