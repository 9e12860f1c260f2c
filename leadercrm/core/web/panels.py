"""Parts of a row's page that another app adds: a contact's invoices stand on its page, and crm knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leadercrm.core.actor import Actor


@dataclass(frozen=True)
class Panel:
    """`template` is drawn with what `context(row, actor)` gives, under `panel`; where it gives None, not at all."""

    template: str
    context: Callable[[dict[str, Any], Actor], dict[str, Any] | None]


_panels: dict[str, dict[int, Panel]] = {}


def add_panel(page: str, order: int, panel: Panel) -> None:
    """Add to the pages of one kind of row: `contact`, `company`, `deal`."""
    _panels.setdefault(page, {})[order] = panel


def panels_of(page: str, row: dict[str, Any], actor: Actor) -> list[dict[str, Any]]:
    """What is to be drawn beneath a row: the templates, each with its context."""
    drawn = ((panel.template, panel.context(row, actor)) for _order, panel in sorted(_panels.get(page, {}).items()))
    return [{"template": template, **context} for template, context in drawn if context is not None]
