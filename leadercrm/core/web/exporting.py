"""What a list's filters find, as a file for spreadsheets: all columns that the list has, in its order."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leadercrm.core.errors import DomainError
from leadercrm.core.sheets import CSV, MEDIA_TYPES, csv_lines, xlsx_bytes
from leadercrm.core.web.reading import page_of
from leadercrm.core.web.wording import called

if TYPE_CHECKING:
    from leadercrm.core.web.lists import Column, ListPage

MOST_ROWS, AT_ONCE = 20_000, 1_000
MOMENTS = ("moment", "due", "due_day")


def export(listing: "ListPage", kind: str, order: tuple[Any, ...] | None) -> HttpResponse:
    """The file. Refuses more rows than a request may take the time for."""
    head, lines = table_of(listing, order, MOST_ROWS)
    rows = list(lines)
    body: Any = "".join(csv_lines(head, rows)) if kind == CSV else xlsx_bytes(head, rows)
    name = f'attachment; filename="{slugify(str(listing.title)) or "list"}.{kind}"'
    return HttpResponse(body, content_type=MEDIA_TYPES[kind], headers={"Content-Disposition": name})


def table_of(listing: "ListPage", order: tuple[Any, ...] | None, most: int) -> tuple[list[Any], Iterator[list[Any]]]:
    """The headings of a list's columns, and its rows, read a page at a time. Refuses more than `most`."""
    columns = [column for column in listing.all_columns() if column.label]
    lines = ([_cell(row, column) for column in columns] for row in _rows(listing, order, most))
    return [column.label for column in columns], lines


def _rows(listing: "ListPage", order: tuple[Any, ...] | None, most: int) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        page = page_of(
            listing.rows, listing.actor, filters=listing.filters, query=listing.request.GET,
            limit=AT_ONCE, offset=offset, order=order, given=listing.given(),
        )  # fmt: skip
        if page.total > most:
            text = _("A file takes %(most)s rows at most, and these are %(total)s.")
            hint = _("Narrow the list by a filter, and export it in parts.")
            raise DomainError(text % {"most": most, "total": page.total}, hint=hint, code="too_many")
        yield from listing.told(json.loads(page.rows))
        offset += AT_ONCE
        if page.count < AT_ONCE:
            return


def _cell(row: dict[str, Any], column: "Column") -> Any:
    value = row.get(column.name)
    if value is None or value == "":
        return None
    if column.kind in MOMENTS:
        parsed = parse_datetime(value)
        return localtime(parsed) if parsed else value
    if column.kind == "badge":
        return called(value, column.of)
    if column.kind == "flag":
        return _("yes") if value else _("no")
    return value


def is_asked(listing: "ListPage") -> str:
    """The kind of file that is asked for; nothing where the page itself is."""
    kind: str = listing.request.GET.get("export", "")
    return kind if kind in MEDIA_TYPES else ""


__all__: Sequence[str] = ["MOST_ROWS", "export", "is_asked", "table_of"]
