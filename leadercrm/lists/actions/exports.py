"""Lists as files, made in the background for whoever asked."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import after_commit, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.sheets import MEDIA_TYPES
from leadercrm.lists import storing
from leadercrm.lists.models import Export, ExportStatus
from leadercrm.lists.permissions import user_of
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

MOST_WAITING = 3


@domain_action(permission="lists.export")
def start_export(
    listing: str, *, query: Mapping[str, str], kind: str, name: str, once: str | None, actor: Actor
) -> Export:
    """Begin to make a file of a list. With the same `once` as before it is that file; three at a time are enough."""
    if kind not in MEDIA_TYPES:
        raise DomainError(_("Choose CSV or XLSX."), field="kind")
    mine = Export.objects.filter(user=user_of(actor))
    before = mine.filter(once=once).first() if once else None
    if before is not None:
        return before
    if mine.filter(status=ExportStatus.WAITING).count() >= MOST_WAITING:
        raise DomainError(_("Your other files are still being made."), hint=_("Wait until they are finished."))
    export = Export.objects.create(
        listing=listing, query=dict(query), kind=kind, name=name[:100], once=once, user_id=user_of(actor)
    )
    record(actor, export, "export.created")
    after_commit("lists.make_export", about=export, export_id=export.pk)
    return export


@domain_action(permission="lists.work_batch")
def finish_export(export: Export, *, file: str, rows: int, actor: Actor) -> Export:
    """Let the file be fetched, and tell whoever wanted it."""
    export = lock(export)
    before = snapshot(export)
    transition(export, ExportStatus.DONE, file=file, rows=rows, finished_at=timezone.now())
    record(actor, export, "export.finished", before=before)
    notify(
        [export.user_id],
        NotificationType.IMPORT_FINISHED,
        title=_("Your file is ready"),
        body=_("%(name)s, %(rows)s rows. It is kept for seven days."),
        values={"name": str(export), "rows": rows},
        url=f"/exports/{export.pk}",
    )
    return export


@domain_action(permission="lists.work_batch")
def stop_export(export: Export, *, actor: Actor) -> Export:
    """Say that a file could not be made."""
    export = lock(export)
    if export.status != ExportStatus.WAITING:
        return export
    before = snapshot(export)
    transition(export, ExportStatus.FAILED, finished_at=timezone.now())
    record(actor, export, "export.stopped", before=before)
    notify(
        [export.user_id],
        NotificationType.IMPORT_FINISHED,
        title=_("Your file could not be made"),
        body=_("%(name)s: try again, or narrow the list by a filter."),
        values={"name": str(export)},
        url=export.listing,
    )
    return export


@domain_action(permission="lists.work_batch")
def forget_export(export: Export, *, actor: Actor) -> None:
    """Remove a file whose days are over."""
    before, file = snapshot(export), export.file
    export.delete()
    record(actor, export, "export.deleted", before=before)
    storing.forget(file)
