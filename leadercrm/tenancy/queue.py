"""The index of pending work, in `public`, and the sweeper that reads it."""

from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from leadercrm.core.tasks import TenantTask, ring
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import PendingWork

GRACE = timedelta(seconds=10)
BATCH = 500


def announce(work_id: int, due_at: datetime) -> None:
    """Enter a work row of the bound tenant into the index, and ring once the transaction has committed."""
    tenant_id = current_tenant_id()
    values = {"due_at": due_at, "trouble": None}
    PendingWork.objects.update_or_create(tenant_id=tenant_id, work_id=work_id, defaults=values)
    if due_at <= timezone.now():
        transaction.on_commit(lambda: ring(tenant_id, work_id))


def settle(work_id: int, trouble: str | None = None) -> None:
    """Take a finished work row out of the index, or note what state it has ended in that somebody should see."""
    mine: dict[str, Any] = {"tenant_id": current_tenant_id(), "work_id": work_id}
    if trouble is None:
        PendingWork.objects.filter(**mine).delete()
    else:
        PendingWork.objects.update_or_create(**mine, defaults={"due_at": timezone.now(), "trouble": trouble})


@shared_task(name="tenancy.sweep", base=TenantTask, across_tenants=True)
def sweep() -> int:
    """Ring for what is due and seems forgotten: a lost message, a dead worker, a retry whose time has come."""
    forgotten = PendingWork.objects.filter(due_at__lte=timezone.now() - GRACE, trouble__isnull=True)
    due = forgotten.order_by("due_at")[:BATCH]
    for row in due:
        ring(row.tenant_id, row.work_id)
    return len(due)
