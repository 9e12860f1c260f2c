"""How audit entries are shown on the admin pages."""

import json
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

register = template.Library()
MOST = 300
EMPTY: tuple[Any, ...] = (None, [], {})


@register.filter
def who(entry: Any) -> str:
    """Who acted: a user's name, an operator's label, or the kind of actor."""
    person = getattr(entry, "user", None) or getattr(entry, "operator", None)
    return str(person or entry.label or getattr(entry, "actor_kind", ""))


@register.filter
def change_rows(changes: dict[str, Any]) -> list[dict[str, str]]:
    """An entry's changes as rows: a column's values before and after, or a note."""
    rows = []
    for name, change in changes.items():
        old, new = change if isinstance(change, list) and len(change) == 2 else (None, change)
        rows.append({"name": name, "old": shown(old), "new": shown(new) or _("(empty)")})
    return rows


def changes_table(entry: Any) -> str:
    """An entry's changes as a table, for its page."""
    return render_to_string("admin_kit/_changes.html", {"changes": entry.changes})


def shown(value: Any) -> str:
    """A value as text, cut where it would fill the page."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value not in EMPTY else ""
    return text if len(text) <= MOST else f"{text[:MOST]}…"
