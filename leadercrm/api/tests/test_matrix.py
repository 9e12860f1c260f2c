"""The cross-tenant matrix, made of the API's own description: every route and method, by whom, on whose rows.

Rows: own, another tenant's, missing. Credentials: none, malformed, expired, revoked, for reading alone.
A described operation without an entry in operations.py fails here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leadercrm.api.tests.conftest import operations_of
from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.conformance import description
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken

MISSING = "987654321"
NUMBER = re.compile(r"(?<=/)[0-9]+(?=/|$)")
FAR = 5_000_000
READ_ONLY = ("GET",)


@dataclass(frozen=True)
class Row:
    """A described operation: as it is for one's own rows, and for another tenant's."""

    method: str
    template: str
    own: Operation
    foreign: Operation

    @property
    def has_id(self) -> bool:
        return "{" in self.template and bool(NUMBER.search(self.own.path)) and not self.own.public

    @property
    def missing_paths(self) -> list[str]:
        """The address with each of its ids in turn being nobody's."""
        places = list(NUMBER.finditer(self.own.path))
        return [self.own.path[: place.start()] + MISSING + self.own.path[place.end() :] for place in places]


def described() -> Iterator[tuple[str, str]]:
    for template, methods in description().document["paths"].items():
        for method in methods:
            if method not in ("parameters", "patch"):  # PATCH does what PUT does
                yield method.upper(), template


def key_of(operation: Operation) -> tuple[str, str]:
    path = operation.path if operation.path.startswith("/api/") else f"/api/v1{operation.path}"
    template = description().template(path.partition("?")[0])
    assert template, f"{operation} is not described"
    return operation.method, template


def far_ids(tenant: TestTenant) -> None:
    """Let the tenant's next ids be ones that no other tenant has."""
    with visiting(tenant), connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s)"
            " FROM pg_sequences WHERE schemaname = current_schema()",
            [FAR],
        )


@pytest.fixture(scope="module")
def matrix(known: list[Operation], tenants: dict[str, TestTenant]) -> list[Row]:
    own = {key_of(operation): operation for operation in known}
    far_ids(tenants["Beta"])
    foreign = {key_of(operation): operation for operation in operations_of(tenants["Beta"])}
    lacking = [f"{method} {template}" for method, template in described() if (method, template) not in own]
    assert not lacking, f"give these an entry in operations.py: {lacking}"
    return [Row(*key, own[key], foreign[key]) for key in described()]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done within is taken back at the end."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # a tenant may be bound in it
    with block:
        yield
        transaction.set_rollback(True)


def send(api: Api, operation: Operation, path: str | None = None) -> Answer:
    """Send it, and take back what it did."""
    with taken_back():
        return api.call(operation.method, path or operation.path, operation.body)


def test_one_s_own_rows_are_served(api: Api, matrix: list[Row]) -> None:
    for row in matrix:
        if not row.own.public:
            assert send(api, row.own).status in (200, 201), row


def test_rows_of_another_tenant_are_not_there(api: Api, matrix: list[Row]) -> None:
    tried = [row for row in matrix if row.has_id]
    assert len(tried) > 40
    with untouched():
        for row in tried:
            assert NUMBER.findall(row.own.path) != NUMBER.findall(row.foreign.path), row
            assert send(api, row.own, row.foreign.path).status == 404, row


def test_control_who_owns_them_is_served(api: Api, beta: TestTenant, matrix: list[Row]) -> None:
    """By the very same requests."""
    other = Api(beta.tokens["admin"])
    with visiting(beta):
        for row in matrix:
            if row.has_id:
                assert send(other, row.foreign).status in (200, 201), row


def test_missing_rows_are_not_there(api: Api, matrix: list[Row]) -> None:
    with untouched():
        for row in matrix:
            for path in row.missing_paths if row.has_id else ():
                assert send(api, row.own, path).status == 404, (row, path)


def credentials(tenant: TestTenant) -> dict[str, str]:
    """Tokens that are none, or none any more."""
    user = tenant.users["admin"]
    expired, expired_text = make_token(user)
    revoked, revoked_text = make_token(user)
    AccessToken.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    AccessToken.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
    number = expired_text.partition("|")[0]
    return {
        "none": "",
        "malformed": "x",
        "wrong": f"{number}|{'x' * 42}",
        "expired": expired_text,
        "revoked": revoked_text,
    }


def test_without_a_credential_in_force_nothing_is_served(alfa: TestTenant, matrix: list[Row]) -> None:
    tokens = credentials(alfa)
    with untouched():
        for kind, token in tokens.items():
            for row in matrix:
                if not row.own.public:
                    assert send(Api(token or None), row.own).status == 401, (kind, row)


def test_what_is_public_needs_no_credential(matrix: list[Row]) -> None:
    public = [row for row in matrix if row.own.public]
    described_as_public = {
        operation["operationId"]
        for methods in description().document["paths"].values()
        for operation in methods.values()
        if operation.get("security") == []
    }
    assert len(public) == len(described_as_public)
    for row in public:
        assert send(Api(), row.own).status < 400, row


def test_a_token_for_reading_reads_and_does_no_more(alfa: TestTenant, matrix: list[Row]) -> None:
    reading = Api(make_token(alfa.users["admin"], read_only=True)[1])
    for row in matrix:
        if row.method in READ_ONLY and not row.own.public:
            assert send(reading, row.own).status == 200, row
    # Its use is noted once a minute; from here on nothing is written.
    with untouched():
        for row in matrix:
            if row.method not in READ_ONLY and not row.own.public:
                assert send(reading, row.own).status == 403, row
