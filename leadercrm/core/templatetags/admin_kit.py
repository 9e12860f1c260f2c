"""How audit entries are shown on the admin pages."""

import json
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from leadercrm.core.admin_kit import told

register = template.Library()
MOST = 300
EMPTY: tuple[Any, ...] = (None, [], {})


register.filter("deed", told.deed)
register.filter("kind", told.kind)
register.filter("door", told.door)


@register.filter
def who(entry: Any) -> str:
    """Who acted: a user's name, an operator's label, or the kind of actor."""
    person = getattr(entry, "user", None) or getattr(entry, "operator", None)
    return str(person or entry.label or told.actor(getattr(entry, "actor_kind", "")))


@register.filter
def change_rows(entry: Any) -> list[dict[str, str]]:
    """An entry's changes as rows: a column's values before and after, or a note."""
    rows, of = [], entry.object_type
    for name, change in entry.changes.items():
        old, new = change if isinstance(change, list) and len(change) == 2 else (None, change)
        old, new = (shown(told.value(entry, name, value)) for value in (old, new))
        rows.append({"name": told.column(of, name), "old": old, "new": new or _("(empty)")})
    return rows


def changes_table(entry: Any) -> str:
    """An entry's changes as a table, for its page."""
    return render_to_string("admin_kit/_changes.html", {"entry": entry})


@register.filter
def shown(value: Any) -> str:
    """A value as text, cut where it would fill the page."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value not in EMPTY else ""
    return text if len(text) <= MOST else f"{text[:MOST]}…"
