"""How changes are taken back, model by model: each app declares it of its own, in the terms of its actions.

A change-set (leadercrm.core.models.ChangeSet) is taken back row by row. What an app declares here says by which
action a new row is removed again, a deleted one restored, and values are put back; what follows from something else by
itself; and which deeds nobody can take back, and why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from leadercrm.core.models import AuditEntry

Values = dict[str, Any]
Action = Callable[..., Any]
Finder = Callable[[Any], Iterable[models.Model]]


def _never(entry: AuditEntry) -> bool:
    return False


@dataclass(frozen=True)
class Reversal:
    """How the changes of one model's rows are taken back.

    `put_back(row, values, actor=)` gets the columns as they were, by the names that they have in the database.
    `follows` are columns that follow from others, `follows_from` tells entries of the row that follow from another's.
    `notes` reads what entries note beside columns (`contact_ids`, `items`), as the row has it now. `final` gives, by
    the last word of an entry's action, why it stays. `special` takes a whole entry back: `act(row, entry, actor=)`.
    `remains` says what stays behind when a row is removed.
    """

    model: type[models.Model]
    remove: Action | None = None
    restore: Action | None = None
    put_back: Action | None = None
    follows: frozenset[str] = frozenset()
    follows_from: Callable[[AuditEntry], bool] = _never
    notes: Mapping[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    final: Mapping[str, Any] = field(default_factory=dict)
    special: Mapping[str, Action] = field(default_factory=dict)
    remains: Callable[[Any], Any] | None = None

    @property
    def derived(self) -> set[str]:
        """All columns that nobody puts back."""
        own = (*getattr(self.model, "DERIVED", ()), *getattr(self.model, "UNAUDITED", ()))
        return {"id", "created_at", "deleted_at", *self.follows, *own}

    @property
    def columns(self) -> "dict[str, models.Field[Any, Any]]":
        return {each.attname: each for each in self.model._meta.concrete_fields}


# By the label of the model, in the order in which everybody takes their locks.
REVERSALS: dict[str, Reversal] = {}
_hanging: dict[str, list[Finder]] = {}


def reverses(model: type[models.Model], **declared: Any) -> None:
    """Declare how a model's changes are taken back; what is declared are Reversal's fields."""
    REVERSALS[model._meta.label_lower] = Reversal(model, **declared)


def hangs_on(model: type[models.Model], *finders: Finder) -> None:
    """Declare which living rows would lose something if a row of the model were removed."""
    _hanging.setdefault(model._meta.label_lower, []).extend(finders)


def hanging(row: models.Model) -> list[models.Model]:
    """The living rows that would lose something if this one were removed."""
    return [other for finder in _hanging.get(row._meta.label_lower, ()) for other in finder(row)]
