"""The columns that an API row is made of, as expressions that PostgreSQL turns into JSON."""

from typing import Any

from django.db.models import BigIntegerField, CharField, Expression, Func, JSONField, TextField
from django.db.models.sql.compiler import SQLCompiler

from leadercrm.core.api.shapes import MOMENT, NUMBER, TEXT, Shape


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
    shape: Shape = MOMENT


class Number(Func):
    """A numeric as a JSON number without trailing zeros: 450000.00 is 450000 (G-18)."""

    shape: Shape = NUMBER
    function = "trim_scale"
    arity = 1


class JoinedName(Func):
    """Parts with single spaces between them, null ones left out."""

    template = "concat_ws(' ', %(expressions)s)"
    output_field = CharField()
    shape: Shape = TEXT
    never_null = True


class FirstOf(Func):
    """`key` of the first object in a JSON array, or null."""

    template = "%(expressions)s -> 0 ->> '%(key)s'"
    output_field = TextField()
    arity = 1
    shape: Shape = TEXT
    always_nullable = True

    def __init__(self, expression: Any, key: str) -> None:
        super().__init__(expression, key=key)


class JsonObject(Func):
    """An object of named expressions, as json: the binary kind costs more to make, only to be written out again."""

    function = "json_build_object"
    output_field = JSONField()

    def __init__(self, **fields: Any) -> None:
        self.names = tuple(fields)
        super().__init__(*fields.values())

    def as_sql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, Any]:  # type: ignore[override]
        """The names are written into the statement, as those of columns are."""
        parts = [compiler.compile(source) for source in self.source_expressions]
        pairs = ", ".join(f"'{name}', {sql}" for name, (sql, _params) in zip(self.names, parts, strict=True))
        return f"{self.function}({pairs})", [param for _sql, params in parts for param in params]


class JsonList(Func):
    """The rows of an ArraySubquery as a json array; json_agg over so few of them would take longer."""

    function = "to_json"
    output_field = JSONField()
    arity = 1


class Seconds(Func):
    """A length of time in whole seconds."""

    template = "floor(extract(epoch from %(expressions)s))::bigint"
    output_field = BigIntegerField()
    arity = 1
