"""Models whose rows are written by statements that PostgreSQL keeps prepared.

What Django does to compile an INSERT or an UPDATE of one row takes several times as long as running it, and is the
same each time. What it does around it, fields' `pre_save` and conversions, is Django's all the same.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from leadercrm.core.database import connection, this_connection

Fields = tuple["models.Field[Any, Any]", ...]


class KeptModel(models.Model):
    """A model that `save` writes by kept statements, unless a value is an expression, which Django compiles."""

    class Meta:
        abstract = True

    def _do_update(  # type: ignore[override]  # the stubs are of a later Django
        self, base_qs: Any, using: str, pk_val: Any, values: Sequence[Any], update_fields: Any, forced_update: Any
    ) -> bool:
        if using != DEFAULT_DB_ALIAS or not values or any(hasattr(value, "as_sql") for _f, _m, value in values):
            django: Any = super()
            return bool(django._do_update(base_qs, using, pk_val, values, update_fields, forced_update))
        fields = tuple(field for field, _model, _value in values)
        here = this_connection()
        prepared = [field.get_db_prep_save(value, here) for field, _model, value in values]
        return bool(here.run_kept(_update_sql(type(self), fields), [*prepared, pk_val], inferred=True))

    def _do_insert(self, manager: Any, using: str, fields: Iterable[Any], returning_fields: Any, raw: bool) -> Any:
        fields = tuple(fields)
        values = [getattr(self, field.attname) if raw else field.pre_save(self, True) for field in fields]
        if using != DEFAULT_DB_ALIAS or not fields or any(hasattr(value, "as_sql") for value in values):
            django: Any = super()
            return django._do_insert(manager, using, fields, returning_fields, raw)
        here = this_connection()
        prepared = [field.get_db_prep_save(value, here) for field, value in zip(fields, values, strict=True)]
        columns, returned = tuple(field.column for field in fields), tuple(field.column for field in returning_fields)
        return here.run_kept(_insert_sql(type(self), columns, returned), prepared, inferred=True)


def insert(model: type[models.Model], **values: Any) -> None:
    """Insert a row of columns as they are, as every write does for its audit entry: the ORM takes six times as long."""
    this_connection().run_kept(_insert_sql(model, tuple(values)), [*values.values()])


@cache
def _update_sql(model: type[models.Model], fields: Fields) -> str:
    pairs = ", ".join(f"{_name(field.column)} = %s" for field in fields)
    pk = _name(model._meta.pk.column)
    return f"UPDATE {_name(model._meta.db_table)} SET {pairs} WHERE {pk} = %s RETURNING 1"  # noqa: S608 - our own names


@cache
def _insert_sql(model: type[models.Model], columns: tuple[str, ...], returning: tuple[str, ...] = ()) -> str:
    names = ", ".join(map(_name, columns))
    places = ", ".join(["%s"] * len(columns))
    ending = f" RETURNING {', '.join(map(_name, returning))}" if returning else ""
    return f"INSERT INTO {_name(model._meta.db_table)} ({names}) VALUES ({places}){ending}"  # noqa: S608 - our own names


def _name(name: Any) -> str:
    return connection.ops.quote_name(name).replace("%", "%%")
