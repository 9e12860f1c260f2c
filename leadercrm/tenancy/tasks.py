"""Celery's doors to the tenancy. Celery finds tasks by this module's name: the others are named here."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from leadercrm.core import housekeeping
from leadercrm.core.api.idempotency import KEPT
from leadercrm.core.tasks import TenantTask, send
from leadercrm.tenancy import provisioning
from leadercrm.tenancy.models import OneTimeLink, PublicIdempotencyKey, Tenant
from leadercrm.tenancy.periodic import run_periodic
from leadercrm.tenancy.queue import sweep

__all__ = [
    "keep_house",
    "keep_house_everywhere",
    "refill_spares",
    "refill_spares_soon",
    "run_periodic",
    "sweep",
    "sweep_orphans",
]


@shared_task(name="tenancy.refill_spares", base=TenantTask, across_tenants=True)
def refill_spares() -> int:
    """Make the spares that are missing."""
    return provisioning.refill_spares()


@shared_task(name="tenancy.sweep_orphans", base=TenantTask, across_tenants=True)
def sweep_orphans() -> int:
    """Remove schemas and spare rows that lost their other half."""
    return provisioning.sweep_orphans()


@shared_task(name="tenancy.keep_house", base=TenantTask, across_tenants=True)
def keep_house_everywhere() -> int:
    """Send each tenant's housekeeping on its way, and tidy `public`."""
    PublicIdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    OneTimeLink.objects.filter(expires_at__lt=timezone.now()).delete()
    tenants = Tenant.objects.filter(claimed_at__isnull=False, suspended_at__isnull=True).order_by("pk")
    return sum(send(keep_house, pk, expires=3600) for pk in tenants.values_list("pk", flat=True))


@shared_task(name="tenancy.keep_one_house")
def keep_house(tenant_id: int) -> None:
    """One tenant's housekeeping."""
    housekeeping.keep_house()


def refill_spares_soon() -> None:
    """Ring for a refill once the running transaction has committed; for registrations.

    Best effort: without a broker the next periodic refill does it.
    """
    transaction.on_commit(lambda: send(refill_spares, expires=60), robust=True)
