"""The columns that an API row is made of, as expressions that PostgreSQL turns into JSON."""

from typing import Any

from django.db.models import BigIntegerField, CharField, Expression, Func, TextField
from django.db.models.sql.compiler import SQLCompiler


class Slot(str):
    """The place of a value in a compiled statement's parameters, by name."""

    __slots__ = ()


class Param(Expression):
    """A value that is known only when the compiled statement runs."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (Slot(self.name),)


class Timestamp(Func):
    """UTC with microseconds and Z (G-19)."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    output_field = TextField()
    arity = 1


class Number(Func):
    """A numeric as a JSON number without trailing zeros: 450000.00 is 450000 (G-18)."""

    function = "trim_scale"
    arity = 1


class JoinedName(Func):
    """Parts with single spaces between them, null ones left out."""

    template = "concat_ws(' ', %(expressions)s)"
    output_field = CharField()


class FirstOf(Func):
    """`key` of the first object in a JSON array, or null."""

    template = "%(expressions)s -> 0 ->> '%(key)s'"
    output_field = TextField()
    arity = 1

    def __init__(self, expression: Any, key: str) -> None:
        super().__init__(expression, key=key)


class Seconds(Func):
    """A length of time in whole seconds."""

    template = "floor(extract(epoch from %(expressions)s))::bigint"
    output_field = BigIntegerField()
    arity = 1
