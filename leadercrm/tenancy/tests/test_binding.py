"""Binding: what it refuses, and that it always leaves the connection on public."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from leadercrm.accounts.models import Team
from leadercrm.core.database import connection
from leadercrm.core.errors import Unauthenticated
from leadercrm.tenancy.binding import BindingError, BoundTenant, TenantUnavailable, bind, bind_tenant_id
from leadercrm.tenancy.credentials import issue_token, resolve_token
from leadercrm.tenancy.models import LoginIndex, Tenant
from leadercrm.tenancy.provisioning import claim_tenant
from leadercrm.tenancy.tests.scratch import Scratch

Pair = tuple[BoundTenant, BoundTenant]


@pytest.fixture(scope="module")
def made(migrated: Scratch) -> Pair:
    with transaction.atomic():
        return BoundTenant.of(claim_tenant("Uno")), BoundTenant.of(claim_tenant("Dos"))


@pytest.fixture
def pair(made: Pair) -> Iterator[Pair]:
    """Two tenants, and again as they were made after the test."""
    yield made
    connection.close()
    LoginIndex.objects.all().delete()
    Tenant.objects.update(claimed_at=timezone.now(), suspended_at=None)
    for tenant in made:
        with bind(tenant):
            Team.objects.all().delete()


def search_path() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        return str(cursor.fetchone()[0])


def test_rows_go_to_the_bound_tenant(pair: Pair) -> None:
    for tenant in pair:
        with bind(tenant):
            Team.objects.create(name=f"of {tenant.name}")
    for tenant in pair:
        with bind(tenant):
            assert [team.name for team in Team.objects.all()] == [f"of {tenant.name}"]


def test_another_tenant_inside_is_refused(pair: Pair) -> None:
    with bind(pair[0]):
        with pytest.raises(BindingError, match="while"), bind(pair[1]):
            pass
        with bind(pair[0]):  # the same one is a no-op
            assert connection.schema_name == pair[0].schema_name
        assert connection.schema_name == pair[0].schema_name
        assert pair[0].schema_name in search_path()


def test_switch_in_a_transaction_is_refused(pair: Pair) -> None:
    with transaction.atomic():
        with pytest.raises(BindingError, match="transaction"), bind(pair[0]):
            pass
        assert connection.schema_name == "public"


def test_exception_inside_leaves_public(pair: Pair) -> None:
    with pytest.raises(ZeroDivisionError), bind(pair[0]), transaction.atomic():
        assert Team.objects.create(name="undone").pk / 0
    assert connection.schema_name == "public"
    assert search_path().split(",")[0] in ("public", '"public"')
    with bind(pair[0]):
        assert not Team.objects.exists()


def test_database_error_inside_leaves_public(pair: Pair) -> None:
    with pytest.raises(ProgrammingError), bind(pair[0]), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense")
    assert "public" in search_path()


def test_forgotten_binding_is_loud(pair: Pair) -> None:
    with pytest.raises(ProgrammingError, match='relation "accounts_team" does not exist'):
        Team.objects.count()


def test_public_tables_are_reached_while_bound(pair: Pair) -> None:
    with bind(pair[0]):
        assert Tenant.objects.count() == 2
        assert "public" not in search_path()


@pytest.mark.parametrize("state", [{"claimed_at": None}, {"suspended_at": "2026-01-01T00:00Z"}])
def test_spare_or_suspended_tenant_is_unavailable(pair: Pair, state: dict[str, str]) -> None:
    Tenant.objects.filter(pk=pair[0].id).update(**state)
    with pytest.raises(TenantUnavailable):
        bind_tenant_id(pair[0].id)


def test_missing_schema_is_loud(pair: Pair) -> None:
    nowhere = BoundTenant(99, "t_nowhere", "")
    with pytest.raises(ProgrammingError, match="does not exist"), bind(nowhere):
        Team.objects.count()


@pytest.mark.parametrize("secret", ["right" * 8, "wrong" * 8])
def test_look_up_of_a_token_leaves_no_tenant_in_reach(pair: Pair, secret: str) -> None:
    """The look-up sets the search_path; without a binding after it, that must not hold."""
    login = LoginIndex.objects.create(email="a@example.com", tenant_id=pair[0].id, role="admin")
    token = issue_token(login, secret="right" * 8)
    resolve_token(token)  # the first use is noted in the row, by statements that set the path again
    if secret in token:
        resolve_token(token)
    else:
        with pytest.raises(Unauthenticated):
            resolve_token(token.replace("right" * 8, secret))
    with pytest.raises(ProgrammingError, match="does not exist"):
        Team.objects.count()
