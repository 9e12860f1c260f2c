"""Taking batches back, latest row first, in chunks as they were done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actions import after_commit, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor, Role
from leadercrm.lists import reversing
from leadercrm.lists.actions.batches import acting_for, known_kind, request_of
from leadercrm.lists.kinds import Kind, kind_of
from leadercrm.lists.models import Batch, BatchRow, BatchStatus, Outcome

AT_ONCE = 200


@domain_action(permission="lists.revert_batch")
def revert_batch(batch: Batch, *, actor: Actor) -> Batch:
    """Begin to take back what a batch has done. What somebody has changed or uses since stays, and says why.

    One that is being taken back, or has been, stays as it is.
    """
    batch = lock(batch)
    if batch.status in (BatchStatus.REVERTING, BatchStatus.REVERTED):
        return batch
    before = snapshot(batch)
    options = {**batch.options, "reverted_by": actor.user_id}
    transition(batch, BatchStatus.REVERTING, options=options, done=0, total=revertible(batch).count())
    record(actor, batch, "batch.revert_begun", before=before)
    after_commit("lists.take_back", about=batch, batch_id=batch.pk, done=0)
    return batch


def revertible(batch: Batch) -> QuerySet[BatchRow]:
    """The rows of a batch that have done something, and were not looked at for a revert yet."""
    did = Q(outcome__in=(Outcome.MADE, Outcome.CHANGED, Outcome.DELETED)) | Q(also__isnull=False)
    return BatchRow.objects.filter(did, batch=batch, reverted__isnull=True)


@domain_action(permission="lists.work_batch")
def take_back(batch: Batch, *, done: int, actor: Actor) -> Batch:
    """Take back the next rows of a batch of which `done` were looked at. Twice for the same rows it does nothing.

    Who takes back what they have done needs no other right for it, such as that to delete or restore: the rows are
    still as the batch has left them. Whether they may was asked when they began.
    """
    batch = lock(batch)
    if batch.status != BatchStatus.REVERTING or batch.done != done:
        return batch
    rows = list(revertible(batch).order_by("-place")[:AT_ONCE])
    user = User.objects.filter(pk=batch.options.get("reverted_by")).first() or User(language="es-mx", role=Role.ADMIN)
    with override(user.language):
        _reverse(batch, rows, replace(acting_for(user, batch), takes_back=True))
    BatchRow.objects.bulk_update(rows, ["reverted", "why"])
    batch.done += len(rows)
    batch.reverted += sum(bool(row.reverted) for row in rows)
    batch.kept += sum(not row.reverted for row in rows)
    batch.save(update_fields=["done", "reverted", "kept"])
    tally.touch(batch._meta.label_lower)
    if batch.done >= batch.total or not rows:
        before = snapshot(batch)
        transition(batch, BatchStatus.REVERTED)
        record(actor, batch, "batch.reverted", before=before)
        return batch
    after_commit("lists.take_back", about=batch, batch_id=batch.pk, done=batch.done)
    return batch


def _reverse(batch: Batch, rows: Sequence[BatchRow], actor: Actor) -> None:
    kind = known_kind(batch.resource)
    made = [row.object_id for row in rows if row.outcome == Outcome.MADE and row.object_id]
    reasons = _reasons_to_stay(kind, made, batch)
    for row in rows:
        row.why = _reverse_one(kind, row, reasons, actor)
        row.reverted = not row.why
        if row.reverted:
            _unmake_beside(row.also or {}, batch, actor)


def _reasons_to_stay(kind: Kind, ids: list[int], batch: Batch) -> dict[int, str]:
    """Why rows that were made are not to go, by id."""
    used = {pk: _("Something belongs to it now.") for pk in reversing.in_use(kind, ids)} if ids else {}
    touched = reversing.touched_since(kind, ids, request_of(batch)) if ids else set()
    return {**used, **{pk: _("It was changed since.") for pk in touched}}


def _reverse_one(kind: Kind, row: BatchRow, reasons: dict[int, str], actor: Actor) -> str:
    pk: Any = row.object_id
    if row.outcome == Outcome.MADE:
        return reasons.get(pk) or reversing.unmake(kind, pk, actor)
    if row.outcome == Outcome.CHANGED:
        return reversing.put_back(kind, pk, row.changes or {}, actor)
    if row.outcome == Outcome.DELETED:
        return reversing.bring_back(kind, pk, actor)
    return ""


def _unmake_beside(also: dict[str, list[int]], batch: Batch, actor: Actor) -> None:
    """What was made for rows of the batch goes with them, unless somebody else needs it by now."""
    for name, ids in also.items():
        kind = kind_of(name)
        if kind is not None:
            stays = _reasons_to_stay(kind, ids, batch)
            for pk in ids:
                if pk not in stays:
                    reversing.unmake(kind, pk, actor)
