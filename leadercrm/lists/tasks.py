"""The worker's doors to what is done to many rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.errors import in_english
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.models import WorkItem
from leadercrm.core.outbox import on_trouble, work_handler
from leadercrm.lists import storing
from leadercrm.lists.actions import batches, exports, imports, reverting
from leadercrm.lists.exporting import write_file
from leadercrm.lists.models import Batch, BatchRow, BatchStatus, Export, ExportStatus

# What came in, and what is needed to take it back, is kept for so long after its end; the batch itself stays.
KEPT = timedelta(days=90)
AT_ONCE = 20_000


@work_handler("lists.read_file")
def read_file(batch_id: int) -> None:
    """Read the file of an import."""
    _with(batch_id, lambda batch: imports.read_file(batch, actor=Actor.system()))


@work_handler("lists.work_batch")
def work_batch(batch_id: int, done: int) -> None:
    """Deal with the next rows of a batch."""
    _with(batch_id, lambda batch: batches.work_on(batch, done=done, actor=Actor.system()))


@work_handler("lists.take_back")
def take_back(batch_id: int, done: int) -> None:
    """Take the next rows of a batch back."""
    _with(batch_id, lambda batch: reverting.take_back(batch, done=done, actor=Actor.system()))


@work_handler("lists.make_export")
def make_export(export_id: int) -> None:
    """Make the file of a list."""
    export = Export.objects.filter(pk=export_id, status=ExportStatus.WAITING).first()
    user = User.objects.filter(pk=export.user_id, is_active=True).first() if export else None
    if export is not None and user is not None:
        file, rows = write_file(export, user, batches.user_actor(user))
        exports.finish_export(export, file=file, rows=rows, actor=Actor.system())


@on_trouble("lists.make_export")
def stop_export(item: WorkItem) -> None:
    """Who waits for a file that cannot be made is told."""
    export = Export.objects.filter(pk=item.arguments["export_id"]).first()
    if export is not None:
        exports.stop_export(export, actor=Actor.system())


@on_trouble("lists.read_file", "lists.work_batch")
def stop(item: WorkItem) -> None:
    """A batch whose work has failed for good stands still, and says so."""
    reason = in_english(_("Something went wrong on our side."))
    _with(item.arguments["batch_id"], lambda batch: batches.stop_batch(batch, reason=reason, actor=Actor.system()))


def _with(batch_id: int, act: Callable[[Batch], Any]) -> None:
    batch = Batch.objects.filter(pk=batch_id).first()
    if batch is not None:
        act(batch)


@housekeeping
def forget_rows() -> None:
    """Rows of batches that ended long ago go, and files that nobody needs."""
    old = Batch.objects.filter(finished_at__lt=timezone.now() - KEPT).values("pk")
    due = BatchRow.objects.filter(batch__in=old).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    BatchRow.objects.filter(pk__in=list(due)).delete()
    idle = timezone.now() - timedelta(days=7)
    Batch.objects.filter(status=BatchStatus.MAPPING, created_at__lt=idle).delete()
    for export in Export.objects.filter(created_at__lt=idle)[:100]:
        exports.forget_export(export, actor=Actor.system())
    named = [*Batch.objects.exclude(file="").values_list("file", flat=True)]
    storing.forget_orphans([*named, *Export.objects.exclude(file="").values_list("file", flat=True)])
