"""What clients and forms send, validated in shape by the one serializer of each resource."""

from threading import local
from typing import Any

from rest_framework.fields import empty
from rest_framework.serializers import BaseSerializer

# Serializers by thread: making one copies all its fields, which takes longer than validating a body.
_validators = local()


def validator(serializer_class: type[BaseSerializer[Any]], partial: bool) -> Any:
    """This thread's instance of a serializer, to validate with: that leaves nothing behind in it.

    Where any key may be absent, only the top level's are meant: DRF's own `partial` would let the
    entries of a list lack theirs, too.
    """
    known: dict[Any, Any] = _validators.__dict__
    key = f"{serializer_class.__module__}.{serializer_class.__qualname__}/{partial}"
    if key not in known:
        serializer: Any = serializer_class()
        for field in serializer.fields.values() if partial else ():
            field.required, field.default = False, empty
        known[key] = serializer
    return known[key]


def validated(serializer_class: type[BaseSerializer[Any]], body: Any, *, partial: bool = False) -> dict[str, Any]:
    """The values of `body`. In a partial one any key may be absent. Raises DRF's ValidationError."""
    values: dict[str, Any] = validator(serializer_class, partial).run_validation(body)
    return values
