"""What a list remembers of whoever looks at it: columns and views. Who keeps it is handed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from leadercrm.core.actor import Actor

# Parts of an address that are no part of a view: where one is in it, and which one it is.
PLACE = ("page", "view", "export")


@dataclass(frozen=True)
class KeptView:
    """A list under a name: `query` is what stands behind its address."""

    id: int
    name: str
    query: Mapping[str, str]
    is_shared: bool = False
    is_mine: bool = True
    is_default: bool = False

    @property
    def address(self) -> str:
        return "?" + urlencode({**self.query, "view": self.id})


@dataclass(frozen=True)
class Kept:
    """What is kept of one list for one user. Without `columns` it has its own."""

    columns: Sequence[str] = ()
    views: Sequence[KeptView] = field(default=())

    def current(self, query: Mapping[str, str]) -> KeptView | None:
        """The view that an address belongs to."""
        return next((view for view in self.views if str(view.id) == query.get("view")), None)

    @property
    def default(self) -> KeptView | None:
        """The view that the list begins with."""
        return next((view for view in self.views if view.is_default), None)


def state_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Of an address what a view keeps: filters, order, columns."""
    return {name: str(value) for name, value in query.items() if value and name not in PLACE}


Keeper = Callable[[str, Actor], Kept]
_keeper: list[Keeper] = []


def keep_lists(keeper: Keeper) -> None:
    """Hand in who keeps it: `keeper(the list's address, actor)`."""
    _keeper[:] = [keeper]


def kept_of(listing: str, actor: Actor) -> Kept:
    """What is kept of a list for somebody."""
    return _keeper[0](listing, actor) if _keeper and actor.user_id is not None else Kept()
