"""Finding by words across resources, for the palette: each app enters what of it can be found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.web.reading import first_rows

MOST_OF_A_KIND = 5
FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Findable:
    """A resource that words find: `title` and `below` are fields of its rows, `row_url` the page of one."""

    label: Any
    icon: str
    rows: JsonRows
    filters: Mapping[str, Any]
    row_url: str
    title: str
    below: str = ""


@dataclass(frozen=True)
class Found:
    """What was found of one resource."""

    kind: Findable
    rows: list[dict[str, Any]]

    @property
    def hits(self) -> Iterable[dict[str, Any]]:
        for row in self.rows:
            yield {"id": row["id"], "title": row[self.kind.title], "below": row.get(self.kind.below) or ""}


_kinds: dict[int, Findable] = {}


def let_find(order: int, kind: Findable) -> None:
    """Enter a resource; `order` says which stands first."""
    _kinds[order] = kind


def find(words: str, actor: Actor) -> list[Found]:
    """The latest few of each kind in which all the words stand, of those that the actor sees."""
    if len(words.strip()) < FEWEST_LETTERS:
        return []
    query = {"search": words}
    kinds = [kind for _order, kind in sorted(_kinds.items())]
    found = (Found(kind, first_rows(kind.rows, actor, kind.filters, query, MOST_OF_A_KIND)) for kind in kinds)
    return [each for each in found if each.rows]
