"""A tenant's own fields of contacts, as fields of forms."""

from collections.abc import Callable, Iterable
from typing import Any

from crm.models import CustomField, FieldType
from crm.queries_custom import custom_fields
from leadercrm.core.web.forms import Field

KINDS = {FieldType.NUMBER: "number", FieldType.DATE: "day", FieldType.CHOICE: "choice"}


def fields_of_own() -> list[Field]:
    """Those that are defined, in their order, each with what it is typed into."""
    return [
        Field(
            f"custom_fields.{field.key}",
            field.label,
            KINDS.get(FieldType(field.type), "text"),
            options=_choices(field),
            required=field.required,
        )
        for field in custom_fields()
    ]


def _choices(field: CustomField) -> Callable[[], Iterable[tuple[Any, Any]]] | None:
    return (lambda: [(choice, choice) for choice in field.choices]) if field.choices else None
