"""The bin: what is deleted softly stays there for 30 days and is then removed for good."""

from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Activity, Company, Contact, Deal
from leadercrm.core import tally
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.living import LivingModel

KEPT = timedelta(days=30)
BATCH = 500


def refuse_expired(row: LivingModel) -> None:
    """Refuse to restore what has been in the bin for longer than it is kept: it may be gone any moment."""
    if row.deleted_at is not None and row.deleted_at < timezone.now() - KEPT:
        raise DomainError(_("It was deleted more than 30 days ago."), field="deleted_at", code="too_late")


@domain_action(permission="crm.purge_bin")
def purge_bin(*, actor: Actor) -> int:
    """Remove what has been in the bin for 30 days, with what belongs to it; returns how many rows, at most a batch.

    What other rows still need stays in the bin. The audit says that a row was purged, not what it held.
    """
    return sum(purge(model, actor) for model in (Deal, Contact, Company, Activity))


def purge(model: type[LivingModel], actor: Actor) -> int:
    """Remove rows of one model, in an action: for the bins of other apps, too."""
    due = model.with_deleted.filter(deleted_at__lt=timezone.now() - KEPT)
    removed = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)):
        row = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        removed += row is not None and _remove(row, actor)
        if removed == BATCH:
            break
    return removed


def _remove(row: LivingModel, actor: Actor) -> bool:
    before = {"id": row.pk, "deleted_at": snapshot(row)["deleted_at"]}
    try:
        with transaction.atomic():
            _total, gone = row.delete()
    except (ProtectedError, RestrictedError):
        return False
    for label, rows in gone.items():
        if label != row._meta.label:
            # What can be in the bin itself went there together with the row: it is not counted any more.
            living = not issubclass(apps.get_model(label), LivingModel)
            tally.touch(label.lower(), -rows if living else 0)
    record(actor, row, f"{row._meta.model_name}.purged", before=before)
    return True
