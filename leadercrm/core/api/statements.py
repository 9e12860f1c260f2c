"""Statements that Django's ORM compiles once, with slots in place of values, and PostgreSQL keeps prepared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from leadercrm.core.api.columns import Slot
from leadercrm.core.database import connection


@dataclass(frozen=True)
class Statement:
    """Compiled SQL and its parameters, some of them slots."""

    sql: str
    params: tuple[Any, ...]
    prepared: bool

    def fetch(self, values: Mapping[str, Any]) -> Any:
        """Run it and return the first row, or None."""
        with self._run(values) as cursor:
            return cursor.fetchone()

    def fetch_all(self, values: Mapping[str, Any]) -> list[Any]:
        """Run it and return all rows."""
        with self._run(values) as cursor:
            rows: list[Any] = cursor.fetchall()
            return rows

    def _run(self, values: Mapping[str, Any]) -> Any:
        cursor = connection.preparing_cursor() if self.prepared else connection.cursor()
        cursor.execute(self.sql, [values[p] if type(p) is Slot else p for p in self.params])
        return cursor


class KeptQuery:
    """A look-up of a hot path: building its queryset anew would cost more than running it.

    `build` gives a queryset of tuples, filtered by `Param`s; calling the object fills them. For columns
    whose types never change only, as every kept statement.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build

    @cached_property
    def _statement(self) -> Statement:
        sql, params = self._build().query.sql_with_params()
        return Statement(sql, tuple(params), True)

    def __call__(self, **values: Any) -> list[Any]:
        return self._statement.fetch_all(values)


class KeptInstance:
    """One row of a model as an instance, where building the queryset anew would cost more than running it.

    `build` gives a queryset of whole rows, filtered by `Param`s that find one at most. PostgreSQL plans it
    each time: the types of a model's columns may change in a migration, which a kept plan would not survive.
    With `key_share` the row cannot be removed, nor locked by `core.actions.lock`, before the running
    transaction ends; others may share it, as foreign keys do. Django has no word for that.
    """

    def __init__(self, build: Callable[[], QuerySet[Any]], *, key_share: bool = False) -> None:
        self._build, self._ending = build, " FOR KEY SHARE" if key_share else ""

    def __call__(self, **values: Any) -> Any:
        """The instance, or None."""
        statement, model, names, converters = self._compiled
        row = statement.fetch(values)
        if row is None:
            return None
        cells = [*row]
        for place, (convert, expression) in converters.items():
            for one in convert:
                cells[place] = one(cells[place], expression, connection)
        return model.from_db(DEFAULT_DB_ALIAS, names, cells)

    @cached_property
    def _compiled(self) -> tuple[Statement, Any, list[str], dict[int, Any]]:
        query = self._build().query
        compiler: Any = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        expressions = [expression for expression, _sql, _alias in compiler.select]
        names = [expression.target.attname for expression in expressions]
        return (
            Statement(sql + self._ending, tuple(params), False),
            query.model,
            names,
            compiler.get_converters(expressions),
        )
