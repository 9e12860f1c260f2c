"""Two rows of a kind made one, and taken apart again: what merges of contacts and of companies have in common.

Both begin with the locks, in the same order for everybody: companies, then contacts, each by id.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import mentions
from crm.actions.moving import move_all, move_back, strayed
from crm.duplicates import Columns, Side
from crm.models import Merge
from leadercrm.core.actions import Snapshot, assign, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.living import LivingModel

Change = dict[str, list[Any]]


@dataclass(frozen=True)
class Kind:
    """How rows of one kind are merged.

    `field` is what a body calls the other one's id, `merge` and `change` are the rights that both rows need.
    `lock_first` locks what comes before the rows with these ids, and before what a merge's `undo` gives them back;
    `check` refuses values that nobody may write.
    """

    rows: JsonRows
    merges: Any  # the model of its merges
    columns: Columns
    field: str
    merge: str
    change: str
    same: Any
    unknown: Any
    gone: Any
    no_merge: Any
    lock_first: Callable[[Iterable[int], Mapping[str, Any]], None] = lambda ids, undo: None
    check: Callable[[Mapping[str, Any]], None] = lambda values: None

    @property
    def model(self) -> type[LivingModel]:
        return cast(type[LivingModel], self.rows.model)

    @property
    def word(self) -> str:
        """As the audit has it."""
        return str(self.model._meta.model_name)

    def require(self, actor: Actor, *rows: LivingModel) -> None:
        for row in rows:
            actor.require(self.merge, row)
            actor.require(self.change, row)


def unite(kind: Kind, survivor_id: int, loser_id: int, sides: Mapping[str, Side], actor: Actor) -> Any:
    """Let whatever points at the loser point at the survivor, and delete the loser; returns the merge."""
    if loser_id == survivor_id:
        raise DomainError(kind.same, field=kind.field, code=f"same_{kind.word}")
    survivor, loser = lock_both(kind, survivor_id, loser_id, actor)
    kind.require(actor, survivor, loser)
    values = kind.columns.merged(survivor, loser, sides)
    kind.check(values)
    before = snapshot(survivor), snapshot(loser)
    moved, removed = move_all(loser, survivor, kind.field)
    assign(loser, {"deleted_at": timezone.now()})
    assign(survivor, values)
    undo = {
        "survivor": _changed(before[0], survivor),
        "loser": _changed(before[1], loser),
        "moved": moved,
        "removed": removed,
        "named": mentions.follow(loser, survivor),
    }
    merge = kind.merges.objects.create(survivor=survivor, loser=loser, user_id=actor.user_id, undo=undo)
    record(actor, survivor, f"{kind.word}.merged", before=before[0], merge_id=merge.pk, merged_from=loser.pk)
    record(actor, loser, f"{kind.word}.deleted", before=before[1], merge_id=merge.pk, merged_into=survivor.pk)
    return merge


def take_apart(kind: Kind, survivor_id: int, merge_id: int | None, actor: Actor) -> Any:
    """Take a merge back, the latest into this row if none is named: both rows and all that moved.

    Columns that the merge did not touch keep what was written since. Refuses, naming it, when
    something newer stands against it: a column or a moved row that was changed since, a later merge.
    """
    merge = merge_to_undo(kind, survivor_id, merge_id)
    ids = (merge.survivor_id, merge.loser_id)
    kind.lock_first(ids, merge.undo)
    rows = kind.model.with_deleted.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {row.pk: row for row in rows}
    merge = merge_to_undo(kind, survivor_id, merge.pk)
    survivor, loser = found[merge.survivor_id], found[merge.loser_id]
    if survivor.deleted_at is not None:
        raise NotFound()
    kind.require(actor, survivor, loser)
    refuse_conflicts(kind, merge, survivor, loser)
    before = snapshot(survivor), snapshot(loser)
    _write_back(merge, survivor, loser)
    for row, old in zip((survivor, loser), before, strict=True):
        record(actor, row, f"{kind.word}.unmerged", before=old, merge_id=merge.pk)
    return merge


def lock_both(kind: Kind, survivor_id: int, loser_id: int, actor: Actor) -> tuple[LivingModel, LivingModel]:
    """Both rows as they are now; a 422 when one of them is not to be seen, or was merged meanwhile."""
    ids = (survivor_id, loser_id)
    kind.lock_first(ids, {})
    rows = kind.rows.visible(actor).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found: dict[int, LivingModel] = {row.pk: row for row in rows}
    if loser_id not in found:
        raise DomainError(kind.unknown, field=kind.field, code="unknown_reference")
    if survivor_id not in found:
        raise DomainError(kind.gone, field=kind.field, code="gone")
    return found[survivor_id], found[loser_id]


def _changed(before: Snapshot, row: LivingModel) -> Change:
    """What is derived follows from the other columns, and when a row was last written is never taken back."""
    after, following = snapshot(row), {*row.DERIVED, "updated_at"}
    return {
        name: [before[name], after[name]] for name in after if name not in following and before[name] != after[name]
    }


def merge_to_undo(kind: Kind, survivor_id: int, merge_id: int | None) -> Merge:
    merges = kind.merges.objects.filter(survivor_id=survivor_id)
    merge: Merge | None
    if merge_id is None:
        merge = merges.filter(undone_at__isnull=True).order_by("pk").last()
    else:
        merge = merges.filter(pk=merge_id).first()
    if merge is None:
        raise DomainError(kind.no_merge, field="merge_id", code="unknown_reference")
    if merge.undone_at is not None:
        raise DomainError(_("This merge has been undone."), field="merge_id", code="already_undone")
    return merge


def refuse_conflicts(kind: Kind, merge: Merge, survivor: LivingModel, loser: LivingModel) -> None:
    """Name everything newer that the undo would overwrite or could not restore."""
    now = {"survivor": snapshot(survivor), "loser": snapshot(loser)}
    conflicts: list[str] = [
        f"{side}.{name}" for side in now for name, change in merge.undo[side].items() if now[side][name] != change[1]
    ]
    conflicts += [
        f"survivor.{name}"
        for name, change in merge.undo["survivor"].items()
        if change[0] is not None and not _still_there(kind, name, change[0])
    ]
    conflicts += strayed(merge.undo["moved"], merge.undo["removed"], survivor.pk)
    conflicts += mentions.strayed(_named(merge), survivor.pk)
    both = (survivor.pk, loser.pk)
    later = kind.merges.objects.filter(
        models.Q(survivor__in=both) | models.Q(loser__in=both), pk__gt=merge.pk, undone_at__isnull=True
    )
    conflicts += [f"merge {pk}" for pk in later.order_by("pk").values_list("pk", flat=True)]
    if conflicts:
        raise _conflict(sorted(set(conflicts)))


def _still_there(kind: Kind, column: str, value: Any) -> bool:
    """Whether what a foreign key pointed at before the merge can be pointed at again."""
    field = next(field for field in kind.model._meta.concrete_fields if field.attname == column)
    related = field.related_model
    return not isinstance(related, type) or related._default_manager.filter(pk=value).exists()


def _conflict(names: list[str]) -> DomainError:
    return DomainError(
        _("Changed since the merge: %(names)s.") % {"names": ", ".join(names)}, field="merge_id", code="undo_conflict"
    )


def _write_back(merge: Merge, survivor: LivingModel, loser: LivingModel) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for side, row in (("survivor", survivor), ("loser", loser)):
                assign(row, _before(row, merge.undo[side]))
            move_back(merge.undo["moved"], merge.undo["removed"], loser.pk)
            mentions.put_back(_named(merge))
            # Foreign keys are checked at the commit, too late for an answer that says what is wrong.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise _conflict([_table_of(error)]) from error
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])


def _named(merge: Merge) -> list[mentions.Named]:
    """What named the loser; merges from before that was moved have none."""
    named: list[mentions.Named] = merge.undo.get("named", [])
    return named


def _before(row: LivingModel, change: Change) -> dict[str, Any]:
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return {name: fields[name].to_python(before) for name, (before, _after) in change.items()}


def _table_of(error: IntegrityError) -> str:
    """The table that a violated constraint belongs to."""
    return getattr(getattr(error.__cause__, "diag", None), "table_name", None) or "a moved row"
