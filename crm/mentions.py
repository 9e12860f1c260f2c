"""Rows that columns of JSON name, where no foreign key leads: in a merge they follow, as foreign keys do.

Whoever keeps such a column says where in it a row is named, by a number or its digits; moving it, and back, is
written once, here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils import timezone

from leadercrm.core import tally
from leadercrm.core.living import LivingModel

Path = list[str | int]
Finder = Callable[[Any, int], Iterable[Path]]
# A row that was moved: its model, id and column, and the places in it with what stood there.
Named = dict[str, Any]


@dataclass(frozen=True)
class _Mention:
    of: str
    rows: Callable[[], QuerySet[Any]]
    column: str
    places: Finder


_mentions: list[_Mention] = []


def mentions(of: str, *, rows: Callable[[], QuerySet[Any]], column: str) -> Callable[[Finder], Finder]:
    """Register the function that finds where a column of `rows` names the row of the model `of` with an id."""

    def register(places: Finder) -> Finder:
        _mentions.append(_Mention(of, rows, column, places))
        return places

    return register


def follow(loser: Model, survivor: Model) -> list[Named]:
    """Let what names the loser name the survivor; returns what has to be put back to undo it."""
    return [moved for each in _mentions if each.of == loser._meta.label_lower for moved in _move(each, loser, survivor)]


def _move(mention: _Mention, loser: Model, survivor: Model) -> Iterator[Named]:
    for row in mention.rows().select_for_update(of=("self",)).order_by("pk"):
        value = getattr(row, mention.column)
        places = [[path, _at(value, path)] for path in mention.places(value, loser.pk)]
        if places:
            _write(row, mention.column, {tuple(path): type(was)(survivor.pk) for path, was in places})
            yield {"model": row._meta.label_lower, "id": row.pk, "column": mention.column, "places": places}


def strayed(named: Iterable[Named], survivor_id: int) -> list[str]:
    """Rows that name something else by now, as `app.model id`. One that is gone for good names nothing."""
    return [
        f"{entry['model']} {entry['id']}"
        for entry, row in _rows(named)
        if any(_at(getattr(row, entry["column"]), path) != type(was)(survivor_id) for path, was in entry["places"])
    ]


def put_back(named: Iterable[Named]) -> None:
    """The reverse of `follow`."""
    for entry, row in _rows(named):
        _write(row, entry["column"], {tuple(path): was for path, was in entry["places"]})


def _rows(named: Iterable[Named]) -> Iterator[tuple[Named, Any]]:
    for entry in named:
        rows = apps.get_model(entry["model"])._base_manager.select_for_update(of=("self",))
        row = rows.filter(pk=entry["id"]).first()
        if row is not None:
            yield entry, row


def _at(value: Any, path: Iterable[str | int]) -> Any:
    """What stands at a place; None where there is no such place."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _write(row: Any, column: str, values: dict[tuple[str | int, ...], Any]) -> None:
    """Write values at places of a column; whoever follows changes sees the row."""
    for (*path, last), value in values.items():
        _at(getattr(row, column), path)[last] = value
    now = {"updated_at": timezone.now()} if isinstance(row, LivingModel) else {}
    type(row)._base_manager.filter(pk=row.pk).update(**{column: getattr(row, column)}, **now)
    tally.touch(row._meta.label_lower, rows=0)
