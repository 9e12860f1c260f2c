"""Rows for all operations, made once for a module: in a transaction around those of its tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import override_settings

from leadercrm.api.tests.operation import Operation
from leadercrm.api.tests.operations import operations
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.hostile import rolled_back
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


@contextmanager
def standing(django_db_blocker: Any) -> Iterator[None]:
    """What is made inside is there for all tests of the module, and undone after them."""
    with django_db_blocker.unblock(), rolled_back():
        yield


def operations_of(tenant: TestTenant) -> list[Operation]:
    with override_settings(RATE_LIMITS=False), bind(tenant.bound):
        return operations(Api(tenant.tokens["admin"]))


@pytest.fixture(scope="module")
def known(tenants: dict[str, TestTenant], django_db_blocker: Any) -> Iterator[list[Operation]]:
    """All operations, on rows of Alfa's."""
    with standing(django_db_blocker):
        yield operations_of(tenants["Alfa"])
