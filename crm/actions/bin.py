"""The bin: what is deleted softly stays there for 30 days and is then removed for good."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Company, Contact
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.living import LivingModel

KEPT = timedelta(days=30)
BATCH = 500


def refuse_expired(row: LivingModel) -> None:
    """Refuse to restore what has been in the bin for longer than it is kept: it may be gone any moment."""
    if row.deleted_at is not None and row.deleted_at < timezone.now() - KEPT:
        raise DomainError(_("It was deleted more than 30 days ago."), code="too_late")


@domain_action(permission="crm.purge_bin")
def purge_bin(*, actor: Actor) -> int:
    """Remove what has been in the bin for 30 days, with what belongs to it; returns how many rows, at most a batch."""
    due = {"deleted_at__lt": timezone.now() - KEPT}
    removed = 0
    for model in (Contact, Company):
        rows = model.with_deleted.select_for_update(skip_locked=True).filter(**due).order_by("pk")[:BATCH]
        for row in rows:
            before = snapshot(row)
            row.delete()
            record(actor, row, f"{model._meta.model_name}.purged", before=before)
            removed += 1
    return removed
