"""The index of pending work, in `public`, and the sweeper that reads it."""

from datetime import datetime, timedelta

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
    PendingWork.objects.update_or_create(tenant_id=tenant_id, work_id=work_id, defaults={"due_at": due_at})
    if due_at <= timezone.now():
        transaction.on_commit(lambda: ring(tenant_id, work_id))


def settle(work_id: int) -> None:
    """Take a finished work row out of the index."""
    PendingWork.objects.filter(tenant_id=current_tenant_id(), work_id=work_id).delete()


@shared_task(name="tenancy.sweep", base=TenantTask, across_tenants=True)
def sweep() -> int:
    """Ring for what is due and seems forgotten: a lost message, a dead worker, a retry whose time has come."""
    due = PendingWork.objects.filter(due_at__lte=timezone.now() - GRACE).order_by("due_at")[:BATCH]
    for row in due:
        ring(row.tenant_id, row.work_id)
    return len(due)
