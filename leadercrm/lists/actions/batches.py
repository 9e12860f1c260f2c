"""Working through batches, chunk by chunk: each is one transaction, in which progress and the next one's work stand.

A worker that dies takes its chunk back with it; who comes next begins where the last commit ended.
"""

import json
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actions import after_commit, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor, Role
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, in_english
from leadercrm.lists.carrying import Carrier
from leadercrm.lists.changing import change_rows
from leadercrm.lists.kinds import Kind, kind_of
from leadercrm.lists.models import Batch, BatchKind, BatchRow, BatchStatus, Outcome
from leadercrm.lists.planning import Planner
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

AT_ONCE = 500
COUNTERS = {
    Outcome.MADE: "made", Outcome.CHANGED: "changed", Outcome.DELETED: "changed", Outcome.SKIPPED: "skipped",
    Outcome.FAILED: "failed",
}  # fmt: skip
WRITE_ROWS = """
    UPDATE lists_batchrow r
       SET object_id = v.object_id, outcome = v.outcome, changes = v.changes, also = v.also, why = v.why
      FROM jsonb_to_recordset(%s::jsonb)
           AS v(id bigint, object_id bigint, outcome text, changes jsonb, also jsonb, why text)
     WHERE r.id = v.id
"""
WRITTEN = ("id", "object_id", "outcome", "changes", "also", "why")


def known_kind(name: str) -> Kind:
    """The kind of this name; refuses one that nobody has declared."""
    kind = kind_of(name)
    if kind is None:
        raise DomainError(_("There is no such list."), field="resource", code="unknown_reference")
    return kind


@domain_action(permission="lists.work_batch")
def work_on(batch: Batch, *, done: int, actor: Actor) -> Batch:
    """Deal with the next rows of a batch of which `done` are dealt with; with the last ones it is over.

    Called twice for the same rows it does nothing the second time. Rows are judged by the rights that whoever began
    the batch has today; without any it fails where it stands.
    """
    batch = lock(batch)
    if batch.status != BatchStatus.RUNNING or batch.done != done:
        return batch
    user = User.objects.filter(pk=batch.user_id or 0, is_active=True).first()
    if user is None:
        return _finish(batch, BatchStatus.FAILED, actor, in_english(_("Who began this has no access any more.")))
    rows = list(BatchRow.objects.filter(batch=batch, outcome="").order_by("place")[:AT_ONCE])
    with override(user.language):
        _carry_out(batch, rows, acting_for(user, batch))
    write_rows(rows)
    batch.done += len(rows)
    for row in rows:
        name = COUNTERS[Outcome(row.outcome)]
        setattr(batch, name, getattr(batch, name) + 1)
    batch.save(update_fields=["done", "made", "changed", "skipped", "failed"])
    tally.touch(batch._meta.label_lower)
    if batch.done >= batch.total or not rows:
        return _finish(batch, BatchStatus.DONE, actor)
    after_commit("lists.work_batch", about=batch, batch_id=batch.pk, done=batch.done)
    return batch


def _carry_out(batch: Batch, rows: Sequence[BatchRow], actor: Actor) -> None:
    kind = known_kind(batch.resource)
    if batch.kind == BatchKind.IMPORT:
        Carrier(Planner(kind, batch.options, actor), actor).carry_out(rows)
    else:
        change_rows(kind, rows, batch.options.get("values"), actor)


def user_actor(user: User, request_id: str = "") -> Actor:
    """A user in the background, with the rights of today."""
    settings = getattr(connection.tenant, "settings", None) or {}
    return Actor(
        kind="user", via="page", user_id=user.pk, role=Role(user.role), request_id=request_id, tenant_settings=settings
    )


def acting_for(user: User, batch: Batch) -> Actor:
    """The same, for a batch: in the audit, the batch is the request."""
    return user_actor(user, request_of(batch))


def request_of(batch: Batch) -> str:
    """By what the audit's entries of a batch are known."""
    return f"batch-{batch.pk}"


def write_rows(rows: Sequence[BatchRow]) -> None:
    """Write down what became of rows, in one statement."""
    values = [{name: getattr(row, name) for name in WRITTEN} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(WRITE_ROWS, [json.dumps(values)])


def _finish(batch: Batch, status: BatchStatus, actor: Actor, error: str = "") -> Batch:
    before = snapshot(batch)
    transition(batch, status, finished_at=timezone.now(), error=error)
    record(actor, batch, "batch.finished" if status == BatchStatus.DONE else "batch.stopped", before=before)
    if batch.kind != BatchKind.IMPORT and batch.total <= AT_ONCE:
        return batch  # whoever began it has waited for it
    notify(
        [batch.user_id],
        NotificationType.IMPORT_FINISHED,
        title=_("Finished") if status == BatchStatus.DONE else _("Stopped"),
        body=_("%(name)s: %(made)s new, %(changed)s changed, %(skipped)s skipped, %(failed)s not possible."),
        values={name: getattr(batch, name) for name in ("name", "made", "changed", "skipped", "failed")},
        url=f"/batches/{batch.pk}",
    )
    return batch


@domain_action(permission="lists.work_batch")
def stop_batch(batch: Batch, *, reason: str, actor: Actor) -> Batch:
    """Say that a batch cannot go on, and tell whoever began it. What it has done until then stays."""
    batch = lock(batch)
    if batch.status not in (BatchStatus.READING, BatchStatus.RUNNING):
        return batch
    return _finish(batch, BatchStatus.FAILED, actor, reason)
