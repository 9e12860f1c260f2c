"""Fixtures of the tenancy's own tests, which commit, kill and drop: each module has a database of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from leadercrm.core.testing.databases import migrated_database
from leadercrm.tenancy.models import Tenant
from leadercrm.tenancy.provisioning import drop_tenant
from leadercrm.tenancy.tests.scratch import Scratch, django_on, scratch_database


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scratch]:
    """A database at the head without any tenant, with this process's Django on it."""
    with django_db_blocker.unblock(), scratch_database(like=migrated_database()) as scratch, django_on(scratch):
        yield scratch


@pytest.fixture
def fleet(migrated: Scratch) -> Iterator[Scratch]:
    """`migrated`, and empty again after the test."""
    yield migrated
    connection.close()
    for tenant in Tenant.objects.all():
        drop_tenant(tenant)
