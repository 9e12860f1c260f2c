"""Kinds of rows that many things are done to at once: what can be imported, changed and deleted in bulk.

An app declares its kinds (`let_batch`), in terms of its own actions, serializers and rows: the rules are theirs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BaseSerializer

from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import DomainError
from leadercrm.core.text import fold
from leadercrm.lists.cells import text

Values = dict[str, Any]
Names = Iterable[str]


@dataclass(frozen=True)
class Lookup:
    """What a name in a cell stands for: `find` gives the body's values by the folded name.

    `make(names, common values, actor)` makes what is missing, for those who are `allowed` to: rows of the kind `makes`,
    which go again when an import is reverted. Without it a name that nobody has is refused with `missing`.
    With `default` an empty cell is looked up too, as "".
    """

    find: Callable[[Names, Actor], Mapping[str, Values]]
    missing: Any
    make: Callable[[Sequence[str], Values, Actor], Mapping[str, Values]] | None = None
    allowed: str = ""
    makes: str = ""
    default: bool = False


@dataclass(frozen=True)
class Target:
    """What a column of a file may become. `words` are the headings by which it is known, in Spanish and English.

    `read(cell, options)` gives the value, or raises ValueError with what is wrong. Several columns may become
    a target that takes `many`.
    """

    name: str
    label: Any
    words: str
    read: Callable[[str, Mapping[str, Any]], Any] = text
    lookup: Lookup | None = None
    many: bool = False

    @property
    def headings(self) -> set[str]:
        return {fold(word) for word in self.words.split(",")}


@dataclass(frozen=True)
class Importing:
    """How rows of a file become rows of a kind.

    `shape` makes the API's body of the targets' values. Two rows are the same that share one of `keys(values)`, the
    surest first; `find(keys)` gives the ids of those there are. `create_many` is the bulk form of the action.
    """

    targets: Callable[[], Sequence[Target]]
    create_many: Callable[..., Sequence[Any]]
    keys: Callable[[Values], Sequence[str]]
    find: Callable[[Iterable[str]], Mapping[str, int]]
    shape: Callable[[Values], Values] = dict
    required: str = ""


@dataclass(frozen=True)
class Kind:
    """Rows of one kind. `name` stands in addresses; `page` and `listing` are the names of a row's page and of the list.

    `create`, `change` and `delete` are the actions on one row; leadercrm.core.reversing says how they are taken back.
    `filters` are the list's; `complete` adds to the values of a bulk change what the action needs besides. `own` are
    the foreign keys ("app.Model.field") of rows that come into being with a row and go with it: whatever else points
    at a row keeps it when an import is reverted.
    """

    name: str
    label: Any
    rows: JsonRows
    serializer: type[BaseSerializer[Any]]
    page: str
    listing: str
    create: Callable[..., Any]
    change: Callable[..., Any]
    delete: Callable[..., Any]
    importing: Importing | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    complete: Callable[[Values], Values] = dict
    own: Sequence[str] = field(default=())

    @property
    def model(self) -> Any:
        return self.rows.model

    def needs(self, action: str) -> str:
        """The permission that one of its actions asks for: `create`, `change`, `delete`."""
        permission: str = getattr(self, action).permission
        return permission


_kinds: dict[str, Kind] = {}


def let_batch(kind: Kind) -> None:
    """Enter a kind of rows."""
    _kinds[kind.name] = kind


def kind_of(name: str) -> Kind | None:
    """A kind by its name."""
    return _kinds.get(name)


def importing_of(kind: Kind) -> Importing:
    """How rows of a kind are imported; refuses a kind of which none are."""
    if kind.importing is None:
        raise DomainError(_("These cannot be imported."), field="resource", code="unknown_reference")
    return kind.importing


def every_kind() -> list[Kind]:
    """All kinds that were entered."""
    return list(_kinds.values())


def importable(actor: Actor) -> list[Kind]:
    """The kinds that somebody may import."""
    return [kind for kind in _kinds.values() if kind.importing and actor.may(kind.needs("create"))]
