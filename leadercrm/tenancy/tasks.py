"""Celery's doors to the tenancy. Celery finds tasks by this module's name: the others are named here."""

from celery import shared_task
from django.db import transaction

from leadercrm.core.tasks import TenantTask, send
from leadercrm.tenancy import provisioning
from leadercrm.tenancy.periodic import run_periodic
from leadercrm.tenancy.queue import sweep

__all__ = ["refill_spares", "refill_spares_soon", "run_periodic", "sweep", "sweep_orphans"]


@shared_task(name="tenancy.refill_spares", base=TenantTask, across_tenants=True)
def refill_spares() -> int:
    """Make the spares that are missing."""
    return provisioning.refill_spares()


@shared_task(name="tenancy.sweep_orphans", base=TenantTask, across_tenants=True)
def sweep_orphans() -> int:
    """Remove schemas and spare rows that lost their other half."""
    return provisioning.sweep_orphans()


def refill_spares_soon() -> None:
    """Ring for a refill once the running transaction has committed; for registrations.

    Best effort: without a broker the next periodic refill does it.
    """
    transaction.on_commit(lambda: send(refill_spares, expires=60), robust=True)
