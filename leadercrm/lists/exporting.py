"""Making a list's file outside of a request: by the list's own page, as if whoever asked for it looked at it."""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import resolve
from django.utils import timezone, translation

from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.clock import tenant_zone
from leadercrm.core.sheets import CSV, csv_lines, write_xlsx
from leadercrm.core.web.exporting import table_of
from leadercrm.core.web.lists import ListPage
from leadercrm.lists import storing
from leadercrm.lists.models import Export

MOST_ROWS = 300_000


def write_file(export: Export, user: User, actor: Actor) -> tuple[str, int]:
    """Write the file, a page of rows in memory at a time; returns its name and how many rows it has."""
    with translation.override(user.language), timezone.override(tenant_zone()):
        listing = _page(export, actor)
        head, rows = table_of(listing, listing.order(), MOST_ROWS)
        counted = _Counted(rows)
        name = storing.new_name()
        with storing.path_of(name).open("xb") as file:
            if export.kind == CSV:
                for line in csv_lines(head, counted):
                    file.write(line.encode())
            else:
                write_xlsx(file, head, counted)
        return name, counted.count


def _page(export: Export, actor: Actor) -> ListPage:
    request: Any = HttpRequest()
    request.method, request.path, request.actor = "GET", export.listing, actor
    request.GET = QueryDict(mutable=True)
    request.GET.update(export.query)
    request.META.update({"SERVER_NAME": "localhost", "SERVER_PORT": "80"})
    found: Any = resolve(export.listing)
    page: ListPage = found.func.view_class()
    page.setup(request, **found.kwargs)
    if page.required_permission:
        actor.require(page.required_permission)
    return page


class _Counted:
    """Rows, counted as they go by."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Any:
        for row in self.rows:
            self.count += 1
            yield row
