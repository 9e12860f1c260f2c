"""Lists and single rows for agents, off the same rows and filters that the API reads."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filter_fields import DIGITS
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.web.reading import page_of
from leadercrm.mcp.inputs import DETAILED
from leadercrm.mcp.registry import Call
from leadercrm.mcp.results import MOST_BYTES, lean

Row = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """A resource as agents list it: `concise` are the columns that they get unless they ask for more."""

    rows: JsonRows
    filters: Mapping[str, Any]
    concise: tuple[str, ...]

    def page(self, call: Call, **given: Any) -> dict[str, Any]:
        """A page as the call's arguments want it; `given` are filters that the tool sets by itself."""
        limit, offset = call.values["limit"], _offset(call.values.get("cursor"))
        columns = self._columns(call.values)
        query = {**call.values, **given}
        page = page_of(self.rows, call.actor, filters=self.filters, query=query, limit=limit, offset=offset)
        rows = [_picked(row, columns) for row in orjson.loads(page.rows)]
        listed = {"items": rows, "total": page.total}
        return _ended(listed if len(page.rows.encode()) <= MOST_BYTES else _cut(listed), offset)

    def _columns(self, values: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The columns that are wanted; None: all of them."""
        wanted = values.get("fields")
        if not wanted:
            return None if values["response_format"] == DETAILED else self.concise
        unknown = [name for name in wanted if name not in self.rows.columns]
        if unknown:
            raise DomainError(
                _("Unknown fields: %(names)s.") % {"names": ", ".join(unknown)},
                field="fields",
                hint=_("There are: %(names)s.") % {"names": ", ".join(self.rows.columns)},
            )
        return ("id", *(name for name in wanted if name != "id"))


def row_of(rows: JsonRows, pk: int, call: Call | None = None) -> Row:
    """A row as agents get it. Whoever has just written it sees it, whose records they see or not (no `call`)."""
    text = rows.one(pk, call.actor if call else None)
    if text is None:
        raise NotFound()
    return lean(orjson.loads(text))


def instance_of(rows: JsonRows, pk: int, call: Call) -> Any:
    """The row with this id as an instance of its model, if the actor sees it; NotFound otherwise."""
    row = rows.instance(pk, call.actor)
    if row is None:
        raise NotFound()
    return row


def _picked(row: Row, columns: tuple[str, ...] | None) -> Row:
    return lean(row if columns is None else {name: row[name] for name in columns if name in row})


def _cut(page: dict[str, Any]) -> dict[str, Any]:
    """The page without the rows at its end that would make it too long to be read."""
    rows, size, kept = page["items"], 0, 0
    for row in rows:
        size += len(json_bytes(row)) + 1
        if size > MOST_BYTES and kept:
            break
        kept += 1
    if kept < len(rows):
        page["items"] = rows[:kept]
        page["truncated"] = str(_("%(n)s more on this page; narrow the search, or ask for fewer fields.")) % {
            "n": len(rows) - kept
        }
    return page


def _ended(page: dict[str, Any], offset: int) -> dict[str, Any]:
    """The page with where it goes on."""
    end = offset + len(page["items"])
    if page["items"] and end < page["total"]:
        page["next_cursor"] = urlsafe_b64encode(f"o{end}".encode()).decode()
    return page


def _offset(cursor: str | None) -> int:
    """How many rows a cursor skips."""
    if not cursor:
        return 0
    try:
        text = urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        text = ""
    if not text.startswith("o") or not DIGITS.fullmatch(text[1:]):
        raise DomainError(_("This is no cursor of ours."), field="cursor", hint=_("Leave it out for the first page."))
    return int(text[1:])
