"""JSON Schema of a tool's arguments, read off the serializer that validates them.

What agents read costs them tokens: a schema says type, choices and bounds, and no more than that.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from leadercrm.core.api.fields import Figure, Flag, OneOf, Whole
from leadercrm.core.api.shapes import Shape
from leadercrm.core.ids import MAX_ID

KEPT = ("type", "enum", "pattern", "format", "anyOf", "minimum", "maximum")


def arguments_schema(
    serializer: type[serializers.BaseSerializer[Any]], notes: Mapping[str, str], *, nullable: bool = False
) -> Shape:
    """The closed schema of an object. `notes` are sentences about its fields; with `nullable`, null empties one."""
    instance: Any = serializer()
    properties: dict[str, Shape] = {}
    for name, field in instance.fields.items():
        shape = field_schema(field)
        if nullable and field.allow_null and isinstance(shape.get("type"), str):
            shape = {**shape, "type": [shape["type"], "null"]}
        note = notes.get(name) or (str(field.help_text) if field.help_text else "")
        properties[name] = {**shape, "description": note} if note else shape
    required = [name for name, field in instance.fields.items() if field.required]
    schema: Shape = {"type": "object", "properties": properties}
    return {**schema, **({"required": required} if required else {}), "additionalProperties": False}


def field_schema(field: Any) -> Shape:
    """The schema of one argument."""
    if isinstance(field, serializers.BaseSerializer) and hasattr(field, "fields"):
        return arguments_schema(type(field), {})
    shape = _kind(field)
    if field.default is not empty and not callable(field.default) and field.default is not None:
        shape = {**shape, "default": field.default}
    return shape


def _kind(field: Any) -> Shape:
    if isinstance(field, OneOf):
        # A set that each tenant may have its own of is told by the refusal, not by the schema.
        return {"type": "string"} if callable(field.allowed) else {"type": "string", "enum": [*map(str, field.allowed)]}
    if isinstance(field, serializers.ListField):
        return {"type": "array", "items": field_schema(field.child)}
    if isinstance(field, serializers.DictField):
        return {"type": "object"}
    declared = getattr(field, "shape", None)
    if declared is not None:
        return {key: value for key, value in declared.items() if key in KEPT}
    if isinstance(field, Flag):
        return {"type": "boolean"}
    if isinstance(field, Figure):
        return {"type": "number", **_bounds(field)}
    if isinstance(field, Whole):
        return {"type": "integer", **_bounds(field)}
    return {"type": "string"}


def _bounds(field: Any) -> Shape:
    least, most = field.min_value, field.max_value
    found: Shape = {} if least is None or least <= 1 - MAX_ID else {"minimum": _plain(least)}
    return found if most is None or most >= MAX_ID else {**found, "maximum": _plain(most)}


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)
