"""The fields that a tenant has defined for its contacts."""

from crm.models import CustomField, FieldType
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import TEXT, list_of, one_of

CUSTOM_FIELDS = JsonRows(
    CustomField.objects.all,
    {
        "id": "id",
        "key": "key",
        "label": "label",
        "type": "type",
        "choices": "choices",
        "required": "required",
        "position": "position",
    },
    order=("position", "id"),
    owned=False,
    types={"choices": list_of(TEXT), "type": one_of(FieldType.values)},
)


def custom_fields() -> list[CustomField]:
    """All of them, in their order."""
    return list(CustomField.objects.order_by("position", "pk"))
