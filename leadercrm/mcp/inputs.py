"""Arguments that many tools share."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.fields import Flag, ListOf, OneOf, RowId, Text, Whole
from leadercrm.core.api.idempotency import KEY_SHAPE

S = TypeVar("S", bound=serializers.BaseSerializer[Any])
MOST_ROWS = 100
FEW_ROWS = 10
CONCISE, DETAILED = "concise", "detailed"


class Key(Text):
    """What names an attempt: 1 to 255 visible ASCII characters, as the header of the API has it."""

    default_error_messages = {"key": _("Must be 1 to 255 visible ASCII characters.")}

    def __init__(self) -> None:
        super().__init__(required=False, max_length=255)

    def to_internal_value(self, data: Any) -> str:
        key: str = super().to_internal_value(data)
        if not KEY_SHAPE.match(key):
            self.fail("key")
        return key


def leaves_out(*names: str) -> Callable[[type[S]], type[S]]:
    """Take fields out of a serializer that it has from the API's: what agents have no use for costs them tokens."""

    def shrink(serializer: type[S]) -> type[S]:
        declared: Any = serializer
        declared._declared_fields = {
            name: field for name, field in declared._declared_fields.items() if name not in names
        }
        return serializer

    return shrink


class Nothing(serializers.Serializer[Any]):
    """A tool without arguments."""


class Repeatable(serializers.Serializer[Any]):
    """A write that may be tried again under the same key without happening twice."""

    idempotency_key = Key()


class Previewed(Repeatable):
    """A write that can be tried out: everything is checked and computed, and nothing stays."""

    dry_run = Flag(required=False, default=False)


class Confirmed(Previewed):
    """A write that leaves the house or cannot be taken back."""

    confirm = Flag(required=False, default=False)


class Listed(serializers.Serializer[Any]):
    """A list: a page of it, how much of each row, and which columns."""

    limit = Whole(required=False, default=FEW_ROWS, min_value=1, max_value=MOST_ROWS)
    cursor = Text(required=False, max_length=100)
    fields = ListOf(child=Text(max_length=100), required=False, max_length=50)  # type: ignore[assignment]
    response_format = OneOf((CONCISE, DETAILED), required=False, default=CONCISE)


class Reference(RowId):
    """A row by its id or by the number that people call it by: 8, "8" or "COT-000008"."""

    shape = {"type": ["integer", "string"]}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and not data.strip().isdigit():
            if not data.strip() or len(data) > 100:
                self.fail("invalid")
            return data.strip()
        return super().to_internal_value(data)

    def run_validators(self, value: Any) -> None:
        if isinstance(value, int):
            super().run_validators(value)
