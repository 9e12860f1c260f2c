"""What stands around every page: the side bar and the menus, to which each app adds in its ready()."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from leadercrm.core.actor import Actor


@dataclass(frozen=True)
class Entry:
    """A line of a menu. `name` is the page's name in urls, `section` what pages below it call themselves."""

    label: Any
    icon: str
    name: str
    section: str = ""
    permission: str = ""

    @property
    def url(self) -> str:
        return reverse(self.name)


@dataclass(frozen=True)
class Group:
    """Lines of the side bar that belong together, under a heading."""

    label: Any
    entries: tuple[Entry, ...]


_groups: dict[int, Group] = {}
_new: dict[int, Entry] = {}
_around: list[Callable[[Any], dict[str, Any]]] = []


def enter(order: int, label: Any, *entries: Entry) -> None:
    """Add lines to the side bar; groups stand in the `order` of their numbers, those of one number together."""
    known = _groups.get(order)
    _groups[order] = Group(label, (*(known.entries if known else ()), *entries))


def offer_new(order: int, entry: Entry) -> None:
    """Add a line to the menu of what can be made from anywhere."""
    _new[order] = entry


def surround(provider: Callable[[Any], dict[str, Any]]) -> None:
    """Let `provider(request)` add to what the shell shows, where it is drawn whole."""
    _around.append(provider)


def shell_of(request: Any, actor: Actor) -> dict[str, Any]:
    """What the shell shows to somebody: without what they may not see."""
    shell: dict[str, Any] = {
        "navigation": [Group(group.label, allowed(group.entries, actor)) for _order, group in sorted(_groups.items())],
        "quick_create": allowed((entry for _order, entry in sorted(_new.items())), actor),
    }
    for provider in _around:
        shell.update(provider(request))
    return shell


def allowed(entries: Iterable[Entry], actor: Actor) -> tuple[Entry, ...]:
    """Those of a menu's lines that lead somebody to what they may see."""
    return tuple(entry for entry in entries if not entry.permission or actor.may(entry.permission))
