"""Acceptances at once, on real commits, with the controls that fail without the guards."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from leadercrm.accounts.actions import enrolment, invitations
from leadercrm.accounts.actions.invitations import INVITATION, invite, revoke_invitation
from leadercrm.accounts.models import Invitation, User
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel, read_together
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import LoginIndex
from leadercrm.tenancy.provisioning import drop_tenant

CHOSEN = {"password": "correcta-9", "password_confirmation": "correcta-9", "name": "Ana"}


@pytest.fixture
def other(live: TestTenant) -> Iterator[TestTenant]:
    tenant = make_tenant(f"Other{live.row.pk}")
    yield tenant
    drop_tenant(tenant.row)


def invited(tenant: TestTenant, email: str) -> str:
    with bind(tenant.bound):
        made = invite({"email": email}, actor=tenant.actor())
        token = link_token(INVITATION, made.pk)
    assert token
    return token


def accept_at_once(tokens: list[str]) -> Counter[int]:
    calls = [
        lambda token=token: Api().post("/auth/accept-invitation", {"token": token, **CHOSEN}).status for token in tokens
    ]
    return Counter(in_parallel(calls))


def members(tenant: TestTenant, email: str) -> int:
    with bind(tenant.bound):
        return User.objects.filter(email=email).count()


def test_one_invitation_makes_one_user(live: TestTenant) -> None:
    email = f"una@{live.row.schema_name}.mx"
    assert accept_at_once([invited(live, email)] * 4) == {201: 1, 422: 3}
    assert (members(live, email), LoginIndex.objects.filter(email=email).count()) == (1, 1)


def test_one_address_joins_one_tenant(live: TestTenant, other: TestTenant) -> None:
    email = f"dos@{live.row.schema_name}.mx"
    tokens = [invited(live, email), invited(other, email)]
    assert accept_at_once(tokens) == {201: 1, 422: 1}
    assert members(live, email) + members(other, email) == 1


@contextmanager
def without_unique_addresses() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'tenancy_loginindex'::regclass AND contype = 'u'"
        )
        name = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE tenancy_loginindex DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE tenancy_loginindex ADD CONSTRAINT {name} UNIQUE (email)")


def test_control_without_the_unique_index_it_joins_both(
    live: TestTenant, other: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = f"tres@{live.row.schema_name}.mx"
    tokens = [invited(live, email), invited(other, email)]
    for module in (enrolment, invitations):
        monkeypatch.setattr(module, "refuse_taken", lambda email: None)
    with without_unique_addresses():
        assert accept_at_once(tokens) == {201: 2}
        assert members(live, email) + members(other, email) == 2
        LoginIndex.objects.filter(email=email).delete()


def accepted_while_revoked(live: TestTenant, email: str) -> bool:
    """Whether an invitation ends up both accepted and revoked."""
    token = invited(live, email)

    def accept() -> int:
        return Api().post("/auth/accept-invitation", {"token": token, **CHOSEN}).status

    def revoke() -> int:
        with bind(live.bound):
            try:
                revoke_invitation(Invitation.objects.get(email=email), actor=live.actor())
            except DomainError as error:
                return error.status
        return 200

    statuses = in_parallel([accept, revoke])
    with bind(live.bound):
        row = Invitation.objects.get(email=email)
        joined = User.objects.filter(email=email).exists()
    assert joined == (statuses[0] == 201)
    return row.accepted_at is not None and row.revoked_at is not None


def test_accepted_or_revoked_never_both(live: TestTenant) -> None:
    domain = f"{live.row.schema_name}.mx"
    assert not any(accepted_while_revoked(live, f"r{number}@{domain}") for number in range(4))


def test_control_without_the_lock_it_is_both(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "lock", read_together(2))
    monkeypatch.setattr(invitations, "use_link", lambda link: None)
    domain = f"{live.row.schema_name}.mx"
    assert accepted_while_revoked(live, f"r1@{domain}")
