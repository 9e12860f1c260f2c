"""JSON Schema in few words: what the API takes and gives, for its description (leadercrm.api.openapi).

A shape is a schema of OpenAPI 3.1. One with a `title` becomes a component of that name.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Shape = dict[str, Any]

INTEGER: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
BOOLEAN: Shape = {"type": "boolean"}
TEXT: Shape = {"type": "string"}
DATE: Shape = {"type": "string", "format": "date"}
MOMENT: Shape = {"type": "string", "format": "date-time"}
SECRET: Shape = {"type": "string", "format": "password"}
EMAIL: Shape = {"type": "string", "format": "idn-email"}
URL: Shape = {"type": "string", "format": "uri"}
FILE: Shape = {"type": "string", "format": "binary"}
ANYTHING: Shape = {}
FREE_OBJECT: Shape = {"type": "object", "additionalProperties": True}


def one_of(values: Iterable[Any]) -> Shape:
    """One of a closed set of texts."""
    return {"type": "string", "enum": [str(value) for value in values]}


def open_set(values: Iterable[Any]) -> Shape:
    """One of a set of texts that each tenant may have its own of; these are the ones it begins with."""
    return {"type": "string", "x-extensible-enum": [str(value) for value in values]}


def nullable(shape: Shape) -> Shape:
    """The same, or null."""
    if "type" not in shape:
        return {"anyOf": [shape, {"type": "null"}]} if shape else shape
    widened: Shape = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape:
        widened["enum"] = [*shape["enum"], None]
    return widened


def list_of(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def record(fields: Mapping[str, Shape], title: str = "") -> Shape:
    """An object. A key that may be missing ends in `?`: {"email": TEXT, "type?": TEXT}."""
    properties = {name.removesuffix("?"): shape for name, shape in fields.items()}
    required = [name for name in fields if not name.endswith("?")]
    shape: Shape = {"type": "object", "properties": properties}
    if required:
        shape["required"] = required
    return {"title": title, **shape} if title else shape


def component(name: str) -> Shape:
    """A shape that is described elsewhere under this title."""
    return {"$ref": f"#/components/schemas/{name}"}


def explained(shape: Shape, description: Any) -> Shape:
    """The same with a sentence about it."""
    return {**shape, "description": description}


def data(shape: Shape, **beside: Shape) -> Shape:
    """{"data": …}, and what stands beside it."""
    return record({"data": shape, **beside})


def page(shape: Shape) -> Shape:
    """A page of rows, as every list has it (G-08)."""
    return data(list_of(shape), links=component("PageLinks"), meta=component("PageMeta"))


MESSAGE = record({"message": TEXT}, "Message")
