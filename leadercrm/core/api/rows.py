"""Reading: one statement per page, written as JSON by PostgreSQL.

A resource declares its columns once; list, detail and the answer to every write are made of them.
Django's ORM compiles the statement, with slots in place of values, once for each shape of a
request (which filters are present, how far the actor sees); after that a request fills the slots.
Building the same query anew would cost more than the whole of the rest of the request.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

from django.db.models import BigIntegerField, BooleanField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from leadercrm.core import tally
from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import Param, Slot
from leadercrm.core.api.shapes import Shape
from leadercrm.core.api.statements import KeptInstance, Statement
from leadercrm.core.database import compiled, this_connection

MAX_SHAPES = 1000
MAX_TOTALS = 20_000

PAGE_SQL = """SELECT p.rows::text, p.n, t.version, t.living FROM
 (SELECT json_agg(r) AS rows, count(*) AS n FROM ({page}) AS r({names})) p,
 ({tally}) AS t(version, living)"""
# The page's ids are found first, on one table and its indexes; only its rows are joined and written.
# As an array they look like ten rows to the planner, whatever LIMIT a kept plan will be run with.
ON_PAGE_SQL = '"{table}"."{pk}" = ANY({ids})'
IDS_SQL = "ARRAY({ids} LIMIT %s OFFSET %s)"
ONE_SQL = "SELECT row_to_json(r)::text FROM ({one}) AS r({names})"
COUNT_SQL = "SELECT count(*) FROM ({rows}) r"


@dataclass(frozen=True)
class ListShape:
    """The compiled statements of a list: its page and its count.

    With `ids` the page's ids have a statement of their own, planned for the values at hand; the
    rows are then fetched by a kept one. Planning the whole would take longer than running both.
    """

    page: Statement
    count: Statement
    unfiltered: bool
    ids: Statement | None = None


@dataclass(frozen=True)
class Page:
    """One page: `rows` is the text of a JSON array; `total` is exact."""

    rows: str
    count: int
    total: int


class JsonRows:
    """The JSON rows of a resource.

    `queryset` gives the visible rows in no order; `columns` maps the API's field names to
    expressions or paths; `order` is the list's order. `owned` says whether rows have an owner whose
    records others may not see (core.actor.owned_by_scope), and `owner` in which column; `living`,
    whether the rows are all living rows of their table, so that its tally is their total. `types` says
    what the JSON columns hold, and whatever else of the columns' types cannot be derived (core.api.row_shapes).
    `context` fills `Param`s of the columns and of the filters, asked anew for each request: what day it is, say.
    """

    # Exact counts of all resources, by version.
    _totals: ClassVar[dict[Any, int]] = {}

    def __init__(
        self,
        queryset: Callable[[], QuerySet[Any]],
        columns: Mapping[str, Any],
        *,
        order: tuple[str, ...] = ("-id",),
        owned: bool = True,
        owner: str = "owner_id",
        living: bool = True,
        types: Mapping[str, Shape] | None = None,
        context: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._queryset, self.columns, self.order, self.types = queryset, columns, order, types or {}
        self.owned, self.owner, self.living, self.context = owned, owner, living, context
        self.model: type[Model] = queryset().model
        self._shapes: dict[Any, Any] = {}
        self._lock = Lock()

    def one(self, pk: int, actor: Actor | None = None, values: Mapping[str, Any] | None = None) -> str | None:
        """The JSON text of one row, its `Param`s filled by `values`; None when there is none that the actor sees."""
        scope = self._scope(actor)
        one: Statement = self._compiled(("one", scope), lambda: self._compile_one(scope))
        row = one.fetch({**self.context(), **(values or {}), "pk": pk, "me": actor.user_id if actor else None})
        return row[0] if row else None

    def instance(self, pk: int, actor: Actor) -> Any:
        """One row that the actor sees, as an instance of its model; None when there is none."""
        scope = self._scope(actor)
        found: KeptInstance = self._compiled(("instance", scope), lambda: KeptInstance(lambda: self._found(scope)))
        return found(**{**self.context(), "pk": pk, "me": actor.user_id})

    def named(self, ids: Iterable[int]) -> str:
        """The rows with these ids as a JSON array's text, in the list's order. Who may see them was asked before."""
        statement: Statement = self._compiled(("named",), lambda: self._page_of_ids(self.order))
        wanted = "{" + ",".join(str(int(pk)) for pk in ids) + "}"
        return statement.fetch({**self.context(), "ids": wanted})[0] or "[]"

    def all(self) -> QuerySet[Any]:
        """The rows that there are for anybody."""
        return self._queryset()

    def visible(self, actor: Actor) -> QuerySet[Any]:
        """The rows that the actor sees, as an ordinary queryset."""
        return self._queryset().filter(self._visibility(self._scope(actor), actor.user_id))

    def page(
        self,
        actor: Actor,
        *,
        limit: int,
        offset: int,
        values: Mapping[str, Any] | None = None,
        key: tuple[Any, ...] = (),
        narrow: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None,
        cacheable: bool = True,
        prepared: bool = True,
        order: tuple[Any, ...] | None = None,
        counted: bool = True,
    ) -> Page:
        """A page of the rows that `narrow` leaves.

        `narrow` gets a queryset and filters it by `Param`s; `values` fills them. `key` names its
        shape: two calls with the same key have the same `narrow`, but for the values. Without
        `cacheable` the total is counted each time (a filter that looks at other resources' rows);
        without `prepared` PostgreSQL plans the statement for the values at hand. `order` replaces the list's.
        Whoever does not ask for the total should not wait for it: without `counted` it is of no use.
        """
        scope = self._scope(actor)
        shape: ListShape = self._compiled(
            ("list", scope, key, order),
            lambda: self._compile_list(scope, narrow, self.living and not key, prepared, order or self.order),
        )
        values = {**self.context(), **(values or {}), "me": actor.user_id}
        place = {**values, "limit": limit, "offset": offset}
        if shape.ids:
            place["ids"] = shape.ids.fetch(place)[0]
        rows, count, version, living = shape.page.fetch(place)
        if shape.unfiltered:
            total = living
        elif not counted or 0 < count < limit or (count == 0 and offset == 0):
            total = offset + count
        else:
            # Who is in a team is no part of this resource's version.
            lasting = cacheable and scope != Scope.TEAM
            total = self._total(shape, scope, key, values, version if lasting else None)
        return Page(rows or "[]", count, total)

    def _total(self, shape: ListShape, scope: Scope, key: Any, values: Mapping[str, Any], version: int | None) -> int:
        """An exact count, remembered under the version that the page was read at."""
        cache_key = (id(self), this_connection().schema_name, version, scope, key, tuple(sorted(values.items())))
        total = self._totals.get(cache_key) if version is not None else None
        if total is None:
            total = int(shape.count.fetch(values)[0])
            if version is None:
                return total
            if len(self._totals) > MAX_TOTALS:
                self._totals.clear()
            self._totals[cache_key] = total
        return total

    def _scope(self, actor: Actor | None) -> Scope:
        return actor.read_scope if actor and self.owned else Scope.ALL

    def _visibility(self, scope: Scope, user_id: Any) -> Q:
        return owned_by_scope(scope, user_id, self.owner) if self.owned else Q()

    def _compiled(self, key: Any, compile_: Callable[[], Any]) -> Any:
        compiled = self._shapes.get(key)
        if compiled is None:
            with self._lock:
                if len(self._shapes) > MAX_SHAPES:
                    self._shapes.clear()
                compiled = self._shapes[key] = compile_()
        return compiled

    def _names(self) -> str:
        return ", ".join(f'"{name}"' for name in self.columns)

    def _selected(self, queryset: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
        return compiled(queryset.values_list(*self.columns.values()))

    def _me(self) -> Param:
        return Param("me", BigIntegerField())

    def _found(self, scope: Scope) -> QuerySet[Any]:
        return self._queryset().filter(self._visibility(scope, self._me()), pk=Param("pk", BigIntegerField()))

    def _compile_one(self, scope: Scope) -> Statement:
        sql, params = self._selected(self._found(scope))
        return Statement(ONE_SQL.format(one=sql, names=self._names()), tuple(params), True)

    def _compile_list(
        self, scope: Scope, narrow: Any, unfiltered: bool, prepared: bool, order: tuple[Any, ...]
    ) -> ListShape:
        rows = self._queryset().filter(self._visibility(scope, self._me()))
        rows = narrow(rows) if narrow else rows
        ids, params = compiled(rows.order_by(*order).values_list("pk"))
        ids, params = IDS_SQL.format(ids=ids), (*params, Slot("limit"), Slot("offset"))
        count_sql, count_params = compiled(rows.order_by().values_list("pk"))
        return ListShape(
            self._page_statement(ids, params, order) if prepared else self._page_of_ids(order),
            Statement(COUNT_SQL.format(rows=count_sql), count_params, prepared),
            unfiltered and scope == Scope.ALL,
            None if prepared else Statement(f"SELECT {ids}::text", params, False),
        )

    def _page_of_ids(self, order: tuple[Any, ...]) -> Statement:
        """The page of an array that was read as text, which spares taking it apart and putting it together."""
        return self._page_statement("%s::bigint[]", (Slot("ids"),), order)

    def _page_statement(self, ids: str, params: tuple[Any, ...], order: tuple[Any, ...]) -> Statement:
        """The statement that writes the rows whose ids are in the array `ids`, an expression."""
        meta = self.model._meta
        condition = ON_PAGE_SQL.format(table=meta.db_table, pk=meta.pk.column, ids=ids)
        on_page = RawSQL(condition, params, BooleanField())  # noqa: S611 - made of our own models' names
        rows = self._queryset().filter(on_page).order_by(*order)
        sql, filled = self._selected(rows)
        page = PAGE_SQL.format(page=sql, names=self._names(), tally=tally.READ_SQL)
        return Statement(page, (*filled, meta.label_lower), True)


class PersonalRows(JsonRows):
    """Rows that their own `user` alone sees, an administrator too; whoever asks without an actor sees all."""

    def _scope(self, actor: Actor | None) -> Scope:
        return Scope.OWN if actor else Scope.ALL

    def _visibility(self, scope: Scope, user_id: Any) -> Q:
        return Q(user_id=user_id) if scope == Scope.OWN else Q()
