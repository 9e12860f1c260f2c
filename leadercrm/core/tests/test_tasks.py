"""The task base: a task runs in its tenant or not at all, and leaves its thread as it found it."""

from typing import Any

import pytest
from celery import Task, shared_task
from django.db import ProgrammingError
from django.utils import timezone

from leadercrm.accounts.models import User
from leadercrm.core.database import connection
from leadercrm.core.tasks import TenantTask
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import TenantUnavailable
from leadercrm.tenancy.models import Tenant

ran: list[Any] = []


@shared_task(name="test.look")
def look(tenant_id: int, *, fail: bool = False) -> int:
    ran.append((connection.schema_name, tenant_id))
    if fail:
        raise ValueError("no")
    return User.objects.count()


@shared_task(name="test.across", base=TenantTask, across_tenants=True)
def across() -> str:
    return connection.schema_name


@pytest.fixture(autouse=True)
def _nothing_ran(db: None) -> None:
    ran.clear()


@pytest.fixture
def task() -> "Task[Any, Any]":
    return look


def test_a_task_runs_in_its_tenant(task: Any, beta: TestTenant) -> None:
    assert task(beta.row.pk) == 4
    assert ran == [(beta.row.schema_name, beta.row.pk)]


@pytest.mark.parametrize("arguments", [(), ("1",), (None,), (True,)])
def test_a_task_without_its_tenant_raises(task: Any, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="tenant's id"):
        task(*arguments)
    assert ran == []


def test_an_unknown_a_spare_and_a_suspended_tenant_run_nothing(task: Any, beta: TestTenant) -> None:
    spare = Tenant.objects.filter(claimed_at__isnull=True).first()
    Tenant.objects.filter(pk=beta.row.pk).update(suspended_at=timezone.now())
    for tenant_id in (10**9, spare.pk if spare else 0, beta.row.pk):
        with pytest.raises(TenantUnavailable):
            task(tenant_id)
    assert ran == []
    assert connection.schema_name == "public"


def test_a_task_leaves_its_thread_unbound(task: Any, beta: TestTenant) -> None:
    task(beta.row.pk)
    with pytest.raises(ValueError, match="no"):
        task(beta.row.pk, fail=True)
    assert connection.schema_name == "public"
    with pytest.raises(ProgrammingError):
        User.objects.count()


def test_a_binding_that_another_left_behind_is_of_no_account(task: Any, alfa: TestTenant, beta: TestTenant) -> None:
    assert connection.schema_name == alfa.row.schema_name
    task(beta.row.pk)
    assert ran == [(beta.row.schema_name, beta.row.pk)]


def test_a_task_across_tenants_starts_in_none(alfa: TestTenant) -> None:
    assert across() == "public"


def test_celery_reports_the_failure_and_does_not_run_in_public(task: Any) -> None:
    """As a worker runs it: Celery swallows what signal handlers raise, not what the call raises."""
    result = task.apply((10**9,))
    assert (result.state, ran) == ("FAILURE", [])
