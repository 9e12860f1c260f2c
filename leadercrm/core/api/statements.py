"""Statements that Django's ORM compiles once, with slots in place of values, and PostgreSQL keeps prepared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from psycopg.sql import Literal

from leadercrm.core.api.columns import Slot
from leadercrm.core.database import PLACES, compiled, connection, this_connection


@dataclass(frozen=True)
class Statement:
    """Compiled SQL and its parameters, some of them slots.

    In a kept one whatever is no slot is written out: its plan is then made for these constants, and can use
    the indexes that are for rows with some of them.
    """

    sql: str
    params: tuple[Any, ...]
    prepared: bool

    def fetch(self, values: Mapping[str, Any]) -> Any:
        """Run it and return the first row, or None."""
        return next(iter(self.fetch_all(values)), None)

    def fetch_all(self, values: Mapping[str, Any]) -> list[Any]:
        """Run it and return all rows."""
        if not self.prepared:
            given = [values[param] if type(param) is Slot else param for param in self.params]
            return this_connection().run_planned(self.sql, given)
        sql, slots = self._written_out
        return this_connection().run_kept(sql, [values[slot] for slot in slots])

    @cached_property
    def _written_out(self) -> tuple[str, list[Slot]]:
        places = [
            "%s" if type(param) is Slot else Literal(param).as_string().replace("%", "%%") for param in self.params
        ]
        remaining = iter(places)
        sql = PLACES.sub(lambda found: found[0] if found[0] == "%%" else next(remaining), self.sql)
        return sql, [param for param in self.params if type(param) is Slot]


class KeptQuery:
    """A look-up of a hot path: building its queryset anew would cost more than running it.

    `build` gives a queryset of tuples, filtered by `Param`s; calling the object fills them.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> Statement:
        sql, params = compiled(self._build())
        return Statement(sql, params, True)

    def __call__(self, **values: Any) -> list[Any]:
        return self._statement.fetch_all(values)


class KeptInstance:
    """One row of a model as an instance, where building the queryset anew would cost more than running it.

    `build` gives a queryset of whole rows, filtered by `Param`s; calling the object fills them. With `key_share`
    the row cannot be removed, nor locked by `core.actions.lock`, before the running transaction ends; others may
    share it, as foreign keys do. Django has no word for that.
    """

    def __init__(self, build: Callable[[], QuerySet[Any]], *, key_share: bool = False) -> None:
        self._build, self._ending = build, " FOR KEY SHARE" if key_share else ""

    def __call__(self, **values: Any) -> Any:
        """The first instance, or None."""
        return next(iter(self.all(**values)), None)

    def all(self, **values: Any) -> list[Any]:
        """All instances that there are."""
        statement, model, names, converters = self._compiled
        return [
            model.from_db(DEFAULT_DB_ALIAS, names, _converted(row, converters)) for row in statement.fetch_all(values)
        ]

    @cached_property
    def _compiled(self) -> tuple[Statement, Any, list[str], dict[int, Any]]:
        query = self._build().query
        compiler: Any = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        expressions = [expression for expression, _sql, _alias in compiler.select]
        names = [expression.target.attname for expression in expressions]
        return (
            Statement(sql + self._ending, tuple(params), True),
            query.model,
            names,
            compiler.get_converters(expressions),
        )


def _converted(row: Sequence[Any], converters: Mapping[int, Any]) -> list[Any]:
    """A row's values as its model's fields have them."""
    cells = [*row]
    for place, (convert, expression) in converters.items():
        for one in convert:
            cells[place] = one(cells[place], expression, connection)
    return cells
