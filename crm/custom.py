"""What may stand in a contact's custom fields: the values of those that the tenant has defined. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.models import CustomField, FieldType
from leadercrm.core.errors import DomainError

MOST_TEXT = 1000
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# A person's or a firm's, by its form: the check digit of many that are in use is wrong (contract, section 3).
RFC = re.compile(r"[A-ZÑ&]{3,4}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[A-Z0-9]{2}[A-Z0-9]")


def cleaned(fields: Iterable[CustomField], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with the values of defined fields in the form that they are kept in; null empties a field.

    Raises a 422 that names each wrong one as `custom_fields.key`.
    """
    values, errors = dict(given), {}
    for field in fields:
        if field.key not in given:
            continue
        try:
            values[field.key] = _value(field, given[field.key])
        except DomainError as error:
            errors[f"custom_fields.{field.key}"] = [error.message]
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors)
    return values


def fitting(fields: Iterable[CustomField], given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` without what does not fit: of somebody who comes by themselves nobody can be asked to mend it."""
    kept = dict(given)
    for field in fields:
        try:
            kept |= cleaned([field], kept)
        except DomainError:
            del kept[field.key]
    return kept


def _value(field: CustomField, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        if field.required:
            raise DomainError(_("This field is required."))
        return None
    return CHECKS[field.type](field, value)


def _text(field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT or "\x00" in value:
        raise DomainError(_("Must be a text of at most %(most)s characters.") % {"most": MOST_TEXT})
    return value


def _number(field: CustomField, value: Any) -> int | float:
    text = str(value).replace(",", "") if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or not NUMBER.fullmatch(text):
        raise DomainError(_("Must be a number."))
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(field: CustomField, value: Any) -> str:
    try:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise DomainError(_("Must be a date: YYYY-MM-DD.")) from None


def _choice(field: CustomField, value: Any) -> str:
    if not isinstance(value, str) or value not in field.choices:
        raise DomainError(_("Must be one of: %(allowed)s.") % {"allowed": ", ".join(field.choices)})
    return value


def _rfc(field: CustomField, value: Any) -> str:
    text = re.sub(r"[\s-]", "", value).upper() if isinstance(value, str) else ""
    if not RFC.fullmatch(text):
        raise DomainError(_("Must be an RFC: 12 characters of a firm, 13 of a person."))
    return text


CHECKS: dict[str, Callable[[CustomField, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.RFC: _rfc,
}
