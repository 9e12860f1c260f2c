"""Lists: a page of a resource's rows with search, filters, order and paging, declared by its columns.

Rows, filters and who sees what are the API's own (core.api.rows, core.api.filters); a list adds how
they look. The address holds its whole state, so that it can be sent to somebody, kept, or gone back to.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.responses import Paging
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.web.exporting import MOST_ROWS, export, is_asked
from leadercrm.core.web.keeping import Kept, kept_of, state_of
from leadercrm.core.web.pages import Page
from leadercrm.core.web.reading import page_of

PART_OF_LIST = "#list"
Options = Callable[[], Iterable[tuple[Any, Any]]]


@dataclass(frozen=True)
class Column:
    """A column: the API's field `name`, drawn as its `kind` (templates/web/_cell.html) or by a `template` of its own.

    `sort` is the path that its heading orders by; without one it orders nothing. `extra` columns are
    shown to those who choose them. `of` is the kind of rows whose values are called otherwise than others'.
    """

    name: str
    label: Any
    kind: str = "text"
    sort: str = ""
    extra: bool = False
    template: str = ""
    of: str = ""

    @property
    def is_figure(self) -> bool:
        return self.kind in ("money", "number", "percent")


@dataclass(frozen=True)
class Choice:
    """A filter that is chosen from a list: `options` gives value and label; `label` says what none chosen means."""

    name: str
    label: Any
    options: Options


@dataclass(frozen=True)
class Drawn:
    """A filter's state on one page."""

    choice: Choice
    value: str

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        return [(str(value), label, str(value) == self.value) for value, label in self.choice.options()]


@dataclass(frozen=True)
class Paged:
    """Where in a list a page stands."""

    page: int
    per_page: int
    count: int
    total: int

    @property
    def first(self) -> int:
        return (self.page - 1) * self.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        return (self.page - 1) * self.per_page + self.count

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def before(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def after(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


class ListPage(Page):
    """A resource's list. `row_url` is the name of the page that a row leads to, with its id as `pk`."""

    template = "web/list.html"
    rows: ClassVar[JsonRows]
    filters: ClassVar[Mapping[str, Any]] = {}
    columns: ClassVar[tuple[Column, ...]]
    choices: ClassVar[tuple[Choice, ...]] = ()
    row_url: ClassVar[str] = ""
    new_url: ClassVar[str] = ""
    new_label: ClassVar[Any] = ""
    new_permission: ClassVar[str] = ""
    # The kind of rows (leadercrm.lists.kinds) to which something can be done in bulk, and who may at all.
    bulk: ClassVar[str] = ""
    bulk_permission: ClassVar[str] = ""
    search_hint: ClassVar[Any] = _("Search")
    empty_title: ClassVar[Any] = _("Nothing here yet")
    empty_text: ClassVar[Any] = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page, or what it lists as a file. Without anything asked, the view that it begins with."""
        kind = is_asked(self)
        if kind:
            return export(self, kind, self.order())
        if not request.GET and self.kept.default:
            return HttpResponseRedirect(request.path + self.kept.default.address)
        return super().get(request, **kwargs)

    @cached_property
    def kept(self) -> Kept:
        """What is remembered of this list for whoever looks at it."""
        return kept_of(self.request.path, self.actor)

    def order(self) -> tuple[Any, ...] | None:
        """The order that is asked for; None is the list's own."""
        return self._order(self._sort())

    def told(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows with what is told of them beyond their columns."""
        return rows

    def context(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        paging, sort = Paging.of(self.request), self._sort()
        page = page_of(
            self.rows,
            self.actor,
            filters=self.filters,
            query=query,
            limit=paging.per_page,
            offset=paging.offset,
            order=self._order(sort),
            given=self.given(),
        )
        return {
            "rows": self.told(json.loads(page.rows)),
            "paged": Paged(paging.page, paging.per_page, page.count, page.total),
            "columns": self.shown_columns(),
            "offered": self.offered_columns(),
            "kept": self.kept,
            "view": self._view(),
            "may_select": bool(self.bulk) and self.actor.may(self.bulk_permission),
            "query": urlencode(state_of(query)),
            "most_at_once": MOST_ROWS,
            "may_share": self.actor.may("lists.share_view"),
            "sort": sort,
            "choices": [Drawn(choice, query.get(choice.name, "")) for choice in self.choices],
            "search": query.get("search", ""),
            "searchable": "search" in self.filters,
            "narrowed": any(query.get(name) for name in self.filters),
            "page_class": self,
            "may_add": bool(self.new_url) and self.actor.may(self.new_permission),
        }

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The list alone, when htmx asks for just that."""
        if self.request.headers.get("HX-Target", "").endswith(PART_OF_LIST) and "rows" in context:
            template = "web/_list.html"
        return super().draw(context, template=template, status=status)

    def given(self) -> dict[str, Any]:
        """Values for `Param`s in the columns: what only the request knows."""
        return {}

    def all_columns(self) -> Sequence[Column]:
        """Those that may be chosen."""
        return self.columns

    def shown_columns(self) -> list[Column]:
        """Those that the address names, or that were chosen, in their order; else the list's own."""
        known = {column.name: column for column in self.all_columns()}
        asked = self.request.GET.get("columns", "").split(",")
        for names in (asked, self.kept.columns):
            chosen = [known[name] for name in dict.fromkeys(names) if name in known]
            if chosen:
                return chosen
        return [column for column in known.values() if not column.extra]

    def offered_columns(self) -> list[tuple[Column, bool]]:
        """Those that are shown, in their order, and then the others: for choosing."""
        shown = self.shown_columns()
        others = [column for column in self.all_columns() if column.label and column not in shown]
        return [*((column, True) for column in shown if column.label), *((column, False) for column in others)]

    def _view(self) -> dict[str, Any] | None:
        """The view that the address belongs to, and whether it has been changed since it was opened."""
        view, state = self.kept.current(self.request.GET), state_of(self.request.GET)
        return {"kept": view, "is_modified": dict(view.query) != state} if view else None

    def _sort(self) -> str:
        """`name` or `-name` of a column that orders; nothing for the list's own order."""
        asked = self.request.GET.get("sort", "")
        known = {column.name for column in self.all_columns() if column.sort}
        return asked if asked.removeprefix("-") in known else ""

    def _order(self, sort: str) -> tuple[Any, ...] | None:
        if not sort:
            return None
        path = F(next(column.sort for column in self.all_columns() if column.name == sort.removeprefix("-")))
        return (path.desc(nulls_last=True), "-id") if sort.startswith("-") else (path.asc(nulls_last=True), "id")
