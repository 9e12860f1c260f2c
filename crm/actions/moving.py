"""Whatever points at a row, moved to another one, and back.

What points at it is found in Django's models: every foreign key to its model, hidden ones and those of
many-to-many tables included. An app that declares one is covered by that; crm.mentions is for ids within JSON.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Merge
from leadercrm.core import tally
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from leadercrm.core.living import LivingModel

Moved = dict[str, list[Any]]
Removed = list[dict[str, Any]]
ForeignKey = Any


def references(model: type[models.Model]) -> Iterator[ForeignKey]:
    """The foreign keys that point at `model`, in a stable order; merges are about rows, they do not belong to one.

    `related_objects` would leave out those with `related_name="+"`.
    """
    relations: Iterable[Any] = model._meta.get_fields(include_hidden=True)
    keys = [relation.field for relation in relations if relation.auto_created and not relation.concrete]
    foreign = [key for key in keys if isinstance(key, models.ForeignKey) and not issubclass(key.model, Merge)]
    return iter(sorted(foreign, key=_name))


def move_all(loser: models.Model, survivor: models.Model, field: str) -> tuple[Moved, Removed]:
    """Let everything that points at the loser point at the survivor.

    Returns the keys of the rows that moved, by foreign key, and the rows that could not, because the
    survivor has its own already: they are taken out. Refuses, on `field`, when such a row has rows of its own.
    """
    moved: Moved = {}
    removed: Removed = []
    for key in references(type(loser)):
        found = key.model._base_manager.select_for_update(of=("self",)).filter(**{key.attname: loser.pk})
        rows = list(found.order_by("pk"))
        if not rows:
            continue
        ids = _repoint(key, [row.pk for row in rows], survivor.pk)
        stuck = [row for row in rows if row.pk not in ids]
        removed += [_take_out(row, field) for row in stuck]
        _touch(key.model, -sum(getattr(row, "deleted_at", None) is None for row in stuck))
        if ids:
            moved[_name(key)] = sorted(ids)
    return moved, removed


def strayed(moved: Moved, removed: Removed, survivor_id: int) -> list[str]:
    """Moved rows that are gone or point elsewhere by now, as `app.model id`."""
    found = []
    out = {(entry["model"], entry["id"]) for entry in removed}
    for name, ids in moved.items():
        key = _key(name)
        rows = key.model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids, **{key.attname: survivor_id})
        there = set(rows.order_by("pk").values_list("pk", flat=True))
        label = key.model._meta.label_lower
        found += [f"{label} {pk}" for pk in ids if pk not in there and (label, pk) not in out]
    return found


def move_back(moved: Moved, removed: Removed, loser_id: int) -> None:
    """The reverse of `move_all`. Raises IntegrityError when a row does not fit any more."""
    for entry in removed:
        model = apps.get_model(entry["model"])
        _touch(model, _put_back(model, entry["row"]))
    for name, ids in moved.items():
        key = _key(name)
        _point(key, ids, loser_id)
        _touch(key.model, 0)


def _repoint(key: ForeignKey, ids: list[Any], row_id: int) -> set[Any]:
    """Point rows at a row; returns the ids of those that could. One by one only if not all can."""
    try:
        with transaction.atomic():
            _point(key, ids, row_id)
        return set(ids)
    except IntegrityError:
        if len(ids) == 1:
            return set()
    return {pk for pk in ids if _repoint(key, [pk], row_id)}


def _point(key: ForeignKey, ids: list[Any], row_id: int) -> None:
    """Write the key of these rows, and what is derived from it; whoever follows changes sees them."""
    rows = key.model._base_manager.filter(pk__in=ids)
    if not issubclass(key.model, LivingModel):
        rows.update(**{key.attname: row_id})
        return
    rows.update(**{key.attname: row_id, "updated_at": timezone.now()})
    if key.model.DERIVED:
        _derive(key.model, list(rows))


def _derive(model: type[LivingModel], rows: list[Any]) -> None:
    """Names and companies make contacts alike: such columns follow the key."""
    names = model.DERIVED
    changed = []
    for row in rows:
        before = [getattr(row, name) for name in names]
        row.derive()
        if before != [getattr(row, name) for name in names]:
            changed.append(row)
    model._base_manager.bulk_update(changed, names, batch_size=500)


def _take_out(row: models.Model, field: str) -> dict[str, Any]:
    """Delete a row and return it as PostgreSQL writes it: exact for every type of column."""
    for key in references(type(row)):
        if key.model._base_manager.filter(**{key.attname: row.pk}).exists():
            raise DomainError(
                _("Both have the same %(kind)s, and the other one's has records of its own.")
                % {"kind": row._meta.verbose_name},
                field=field,
                code="merge_collision",
            )
    table, column = _quoted(row._meta.db_table), _quoted(str(row._meta.pk.column))
    with connection.cursor() as cursor:
        sql = f"DELETE FROM {table} t WHERE t.{column} = %s RETURNING to_jsonb(t)::text"  # noqa: S608 - model names
        cursor.execute(sql, [row.pk])
        return {"model": row._meta.label_lower, "id": row.pk, "row": cursor.fetchone()[0]}


def _put_back(model: type[models.Model], row: str) -> int:
    """Insert a row that was taken out; 1 if it is a living one."""
    table = _quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS t SELECT * FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"  # noqa: S608
            " RETURNING to_jsonb(t) ->> 'deleted_at' IS NULL",
            [row],
        )
        return int(cursor.fetchone()[0])


def _touch(model: type[models.Model], rows: int) -> None:
    """Let lists of the model forget their totals; rows of a many-to-many table are no resource."""
    if not model._meta.auto_created:
        tally.touch(model._meta.label_lower, rows=rows)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _name(key: ForeignKey) -> str:
    return f"{key.model._meta.label_lower}.{key.name}"


def _key(name: str) -> ForeignKey:
    model, _dot, field = name.rpartition(".")
    return apps.get_model(model)._meta.get_field(field)
