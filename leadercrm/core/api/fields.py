"""Serializer fields as the contract types them: strict about types, ASCII digits, finite numbers."""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from rest_framework import serializers

from leadercrm.core.api import shapes
from leadercrm.core.clock import moment_of
from leadercrm.core.currencies import CURRENCIES
from leadercrm.core.ids import MAX_ID

ASCII_INT = re.compile(r"-?[0-9]{1,19}")
ASCII_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]{1,9}))?"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)

# Names that only some networks know are right by RFC 5322: an office's own end in .local, a trial's in .test.
SPECIAL_USE_DOMAIN_NAMES.clear()
HEX_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
MOST_OF_AN_EMAIL = 255
NO_MOMENT = _("Must be a date: YYYY-MM-DD, or with a time as ISO 8601 has it.")


class Text(serializers.CharField):
    """A string. Spaces around it are taken off; an empty one is null where null is allowed."""

    def __init__(self, **kwargs: Any) -> None:
        if kwargs.get("allow_null"):
            kwargs.setdefault("allow_blank", True)
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data == "" and self.allow_null:
            return None
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        value = super().run_validation(data)
        return None if value == "" and self.allow_null else value


class Color(Text):
    """A colour as #RRGGBB."""

    shape = {**shapes.TEXT, "pattern": "^#[0-9A-Fa-f]{6}$", "examples": ["#3B82F6"]}

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not HEX_COLOR.fullmatch(text):
            raise serializers.ValidationError(_("Must be a colour such as #3B82F6."))
        return text.upper()


class Bytes(Text):
    """Bytes as Base64, of which a body of 1 MB can hold about 700 kB."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return b64decode(super().to_internal_value(data), validate=True)
        except (binascii.Error, ValueError):
            raise serializers.ValidationError(_("Must be Base64.")) from None


class Whole(serializers.IntegerField):
    """An integer, or its ASCII digits as a string; 50.0 is one in JSON Schema, true and 1.5 are none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", -MAX_ID - 1)
        kwargs.setdefault("max_value", MAX_ID)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if isinstance(data, bool) or not isinstance(data, (int, str)) or not ASCII_INT.fullmatch(str(data)):
            self.fail("invalid")
        return int(data)


class RowId(Whole):
    """The id of another row; whether it exists is the action's to say."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)


class Figure(serializers.DecimalField):
    """A decimal number, as a JSON number or its plain notation in ASCII; rounded nowhere."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, (int, float, str)):
            self.fail("invalid")
        text = format(Decimal(str(data)), "f") if isinstance(data, float) else str(data).strip()
        if not ASCII_NUMBER.fullmatch(text):
            self.fail("invalid")
        return super().to_internal_value(text)


class Flag(serializers.BooleanField):
    """true or false; 1, 0 and their strings are taken too."""

    TRUE_VALUES = {True, "1", "true", "True"}
    FALSE_VALUES = {False, "0", "false", "False"}


class EmailText(Text):
    """An e-mail address by RFC 5322, lower-cased. Whether its domain exists is not asked.

    One that is too long is not looked at: the check takes the square of its length.
    """

    shape = shapes.EMAIL

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if len(text) > (self.max_length or MOST_OF_AN_EMAIL):
            raise serializers.ValidationError(_("Must be a valid e-mail address."))
        try:
            return validate_email(text, check_deliverability=False).normalized.lower()
        except EmailNotValidError:
            raise serializers.ValidationError(_("Must be a valid e-mail address.")) from None


class ListOf(serializers.ListField):
    """A list of at most `max_length` entries. A longer one is refused before its entries are looked at."""

    default_error_messages = {"not_a_list": _("Must be a list.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(self.child, serializers.Serializer):  # which would speak of Python's types
            keys = ", ".join(self.child.fields)
            self.child.error_messages["invalid"] = _("Must be an object with the keys: %(keys)s.") % {"keys": keys}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if self.max_length is not None and len(data) > self.max_length:
            raise serializers.ValidationError(_("Must have at most %(most)s entries.") % {"most": self.max_length})
        values: list[Any] = super().to_internal_value(data)
        return values


class OneOf(Text):
    """One of a closed set; the refusal lists it. `allowed` may be a callable, for sets that a tenant defines."""

    def __init__(self, allowed: Iterable[str] | Callable[[], Iterable[str]], **kwargs: Any) -> None:
        self.allowed = allowed
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        allowed = list(self.allowed() if callable(self.allowed) else self.allowed)
        if text not in allowed:
            raise serializers.ValidationError(_("Must be one of: %(allowed)s.") % {"allowed": ", ".join(allowed)})
        return text


def read_moment(text: str) -> datetime | None:
    """A moment in ISO 8601, or a date, which is its midnight in UTC; None for anything else (G-20).

    Without an offset it is taken as UTC. Years from 1 to 9999 in any offset.
    """
    try:
        if DAY.fullmatch(text):
            return moment_of(date.fromisoformat(text))
        parts = MOMENT.fullmatch(text)
        if parts is None:
            return None
        day, time, fraction, offset = parts.groups()
        offset = "+00:00" if offset is None or offset in "Zz" else offset
        return (
            datetime.fromisoformat(f"{day}T{time}{offset}")
            .replace(microsecond=int((fraction or "")[:6].ljust(6, "0")))
            .astimezone(UTC)
        )
    except (ValueError, OverflowError):
        return None


class Moment(Text):
    """A date with time, or a date alone: its midnight in UTC (G-20)."""

    shape = {"anyOf": [shapes.MOMENT, shapes.DATE]}

    def to_internal_value(self, data: Any) -> Any:
        moment = read_moment(super().to_internal_value(data))
        if moment is None:
            raise serializers.ValidationError(NO_MOMENT)
        return moment


class Day(Text):
    """A date. Of a date with time, the date as it was written (G-20)."""

    shape = shapes.DATE

    def to_internal_value(self, data: Any) -> Any:
        text: str = super().to_internal_value(data)
        if read_moment(text) is None:
            raise serializers.ValidationError(NO_MOMENT)
        return date.fromisoformat(text[:10])


class CurrencyCode(Text):
    """The code of a currency in use, in any case (A-12)."""

    shape = {**shapes.TEXT, "pattern": "^[A-Za-z]{3}$", "examples": ["MXN"]}

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data).upper()
        if code not in CURRENCIES:
            raise serializers.ValidationError(_("Must be the three-letter code of a currency, such as MXN or USD."))
        return code


def read_due(text: str) -> date | datetime | None:
    """A date where there is no time, else a moment; None for anything else. Years from 1900 to 9998, in every zone."""
    moment = read_moment(text)
    if moment is None or not 1900 <= moment.year < 9999:
        return None
    return moment.date() if DAY.fullmatch(text) else moment


class DayOrMoment(Text):
    """A date alone, which stays one, or a date with time (G-20)."""

    shape = {"anyOf": [shapes.MOMENT, shapes.DATE]}

    def to_internal_value(self, data: Any) -> Any:
        due = read_due(super().to_internal_value(data))
        if due is None:
            raise serializers.ValidationError(NO_MOMENT)
        return due
