"""The JSON types of a resource's rows, derived from its columns.

A column's type is that of the model field or expression behind it; it may be null where a field on the way
to it may. What JSON columns hold cannot be known: JsonRows' `types` says it. A column of which
nothing is known is an error.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, Expression, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Shape, list_of, nullable, one_of, record

# By the first that fits.
TYPES: "tuple[tuple[type[models.Field[Any, Any]], Shape], ...]" = (
    (models.BooleanField, BOOLEAN),
    (models.IntegerField, INTEGER),
    (models.DecimalField, NUMBER),
    (models.FloatField, NUMBER),
    (models.CharField, TEXT),
    (models.TextField, TEXT),
)


class UnknownShape(Exception):
    """A column's type can neither be derived nor is it declared."""


def row_shape(rows: JsonRows, title: str, *, sometimes: JsonRows | None = None) -> Shape:
    """The shape of a row, as a component named `title`; columns that only `sometimes` has may be missing."""
    fields = {name: column_shape(rows, name) for name in rows.columns}
    for name in sometimes.columns if sometimes else ():
        if sometimes and name not in fields:
            fields[f"{name}?"] = column_shape(sometimes, name)
    return record(fields, title)


def column_shape(rows: JsonRows, name: str) -> Shape:
    if name in rows.types:
        return rows.types[name]
    column = rows.columns[name]
    expression: Any = F(column) if isinstance(column, str) else column
    shape = _type_of(expression, rows.all())
    if shape is None:
        raise UnknownShape(f"{rows.model._meta.label}: say in JsonRows' types what {name!r} is")
    return nullable(shape) if _may_be_null(expression, rows.all()) else shape


def _type_of(expression: Any, rows: QuerySet[Any]) -> Shape | None:
    declared: Shape | None = getattr(expression, "shape", None)
    if declared is not None:
        return declared
    return _field_shape(expression.resolve_expression(rows.query.chain(), allow_joins=True).output_field)


def _field_shape(field: Any) -> Shape | None:
    """None for what has no JSON type of its own; times must be written by Timestamp."""
    if isinstance(field, ArrayField):
        inner = _field_shape(field.base_field)
        return list_of(inner) if inner is not None else None
    if isinstance(field, models.ForeignKey):
        return _field_shape(field.target_field)
    if field.choices:
        return one_of(value for value, _label in field.flatchoices)
    if type(field) is models.DateField:
        return DATE
    return next((shape for kind, shape in TYPES if isinstance(field, kind)), None)


def _may_be_null(expression: Any, rows: QuerySet[Any]) -> bool:
    if isinstance(expression, (F, OuterRef)):
        path: str = expression.name  # type: ignore[attr-defined]
        return _path_may_be_null(path, rows)
    if isinstance(expression, Value):
        return expression.value is None
    if isinstance(expression, (Count, Exists)) or getattr(expression, "never_null", False):
        return False
    if isinstance(expression, Subquery) or getattr(expression, "always_nullable", False):
        return True
    sources = [_may_be_null(source, rows) for source in _sources(expression)]
    return all(sources) if isinstance(expression, Coalesce) else any(sources)


def _sources(expression: Expression) -> list[Any]:
    return [source for source in expression.get_source_expressions() if source is not None]


def _path_may_be_null(path: str, rows: QuerySet[Any]) -> bool:
    if path in rows.query.annotations:
        return _may_be_null(rows.query.annotations[path], rows)
    model: Any = rows.model
    for name in path.split("__"):
        field = model._meta.get_field(name) if name != "pk" else model._meta.pk
        if field.null:
            return True
        model = field.related_model
    return False
