"""Changing or deleting rows that are there, one by one, by the action that does it to one. In a transaction."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from leadercrm.core.actions import changes_between, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.api.validating import validated, validator
from leadercrm.lists.carrying import refusal_of
from leadercrm.lists.kinds import Kind, Values
from leadercrm.lists.models import BatchRow, Outcome


def change_rows(kind: Kind, rows: Sequence[BatchRow], body: Values | None, actor: Actor) -> None:
    """Give the rows these values, of the API's body, or delete them where there are none; note what became of each."""
    values = validated(kind.serializer, body, partial=True) if body else None
    there = kind.rows.visible(actor).in_bulk([row.object_id for row in rows])
    for row in rows:
        target = there.get(row.object_id)
        if target is None:
            row.outcome, row.why = Outcome.SKIPPED, _("It is gone.")
        elif values is None:
            _delete(kind, row, target, actor)
        else:
            _change(kind, row, target, values, actor)


def _delete(kind: Kind, row: BatchRow, target: object, actor: Actor) -> None:
    refusal = refusal_of(lambda: kind.delete(target, actor=actor))
    row.outcome = Outcome.FAILED if refusal else Outcome.DELETED
    row.why = str(refusal.message) if refusal else ""


def _change(kind: Kind, row: BatchRow, target: object, values: Values, actor: Actor) -> None:
    before = snapshot(target)  # type: ignore[arg-type]
    refusal = refusal_of(lambda: kind.change(target, dict(values), actor=actor))
    if refusal is not None:
        row.outcome, row.why = Outcome.FAILED, str(refusal.message)
        return
    after = snapshot(kind.model._base_manager.get(pk=row.object_id))
    named = validator(kind.serializer, False).fields
    changed = changes_between(target, before, after)  # type: ignore[arg-type]
    row.changes = {name: pair for name, pair in changed.items() if name in named}
    row.outcome = Outcome.CHANGED if row.changes else Outcome.SKIPPED
    row.why = "" if row.changes else _("It is so already.")
