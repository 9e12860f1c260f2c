"""What a dynamic segment may ask of a contact: a closed map of fields, their operators and typed values.

Conditions come as `[{"field", "operator", "value"}]`, ANDed (contract, A-45); an entry may be a group,
`{"any": [...]}` or `{"all": [...]}`, one level deep, and twenty conditions are the most. A field's name
leads to an expression of ours: nothing that a client sends becomes a look-up or part of a statement.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.fields import read_due
from leadercrm.core.errors import DomainError
from marketing.comparing import LISTS, NULLS, Test, Value

MOST_CONDITIONS = 20
MOST_VALUES = 100
MOST_OF_A_TEXT = 255
GROUPS = ("any", "all")
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Field:
    """What can be asked of. `test(operator, value)` gets a value of the kind and gives the condition on contacts.

    `touches` are the resources whose writes may change the answer, besides contacts (core.tally).
    """

    label: Any
    kind: str
    test: Test
    operators: tuple[str, ...]
    choices: Callable[[], tuple[str, ...]] | None = None
    touches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """One condition, as it was given, with the test that it makes."""

    field: str
    operator: str
    value: Value
    q: Q
    touches: tuple[str, ...]
    by_the_clock: bool

    @property
    def given(self) -> dict[str, Any]:
        bare = {"field": self.field, "operator": self.operator}
        return bare if self.operator in NULLS else {**bare, "value": self.value}


@dataclass(frozen=True)
class Group:
    """Conditions of which one must hold, or all."""

    kind: str
    members: tuple[Condition, ...]

    @property
    def q(self) -> Q:
        joined = Q()
        for member in self.members:
            joined = joined | member.q if self.kind == "any" else joined & member.q
        return joined

    @property
    def given(self) -> dict[str, Any]:
        return {self.kind: [member.given for member in self.members]}


@dataclass(frozen=True)
class Rules:
    """All conditions of a segment: every entry must hold."""

    entries: tuple[Condition | Group, ...]

    @property
    def q(self) -> Q:
        joined = Q()
        for entry in self.entries:
            joined &= entry.q
        return joined

    @property
    def given(self) -> list[dict[str, Any]]:
        """As they are stored, and shown."""
        return [entry.given for entry in self.entries]

    def leaves(self) -> Iterator[Condition]:
        for entry in self.entries:
            yield from entry.members if isinstance(entry, Group) else (entry,)

    @property
    def touches(self) -> frozenset[str]:
        return frozenset(name for leaf in self.leaves() for name in leaf.touches)

    @property
    def by_the_clock(self) -> bool:
        return any(leaf.by_the_clock for leaf in self.leaves())


def read_rules(raw: Any, fields: Callable[[str], Field | None]) -> Rules:
    """Conditions as a client sends them. Raises DomainError, which names what is wrong: `conditions.2.value`."""
    if not isinstance(raw, list):
        raise DomainError(_("Must be a list."), field="conditions")
    entries = tuple(
        _entry(item, f"conditions.{place}", fields) for place, item in enumerate(raw[: MOST_CONDITIONS + 1])
    )
    rules = Rules(entries)
    if len(raw) > MOST_CONDITIONS or sum(1 for _leaf in rules.leaves()) > MOST_CONDITIONS:
        raise DomainError(_("Must have at most %(most)s conditions.") % {"most": MOST_CONDITIONS}, field="conditions")
    return rules


def _entry(item: Any, path: str, fields: Callable[[str], Field | None]) -> Condition | Group:
    if not isinstance(item, Mapping):
        raise DomainError(_("Must be an object with field, operator and value."), field=path)
    kind = next((name for name in GROUPS if name in item), None)
    if kind is None:
        return _condition(item, path, fields)
    members = item[kind]
    if not isinstance(members, list) or not members or len(item) != 1 or len(members) > MOST_CONDITIONS:
        raise DomainError(_("A group has one key, any or all, with a list of conditions."), field=path)
    paths = [f"{path}.{kind}.{place}" for place in range(len(members))]
    return Group(kind, tuple(_condition(member, at, fields) for member, at in zip(members, paths, strict=True)))


def _condition(item: Any, path: str, fields: Callable[[str], Field | None]) -> Condition:
    if not isinstance(item, Mapping) or any(name in item for name in GROUPS):
        raise DomainError(_("Must be an object with field, operator and value."), field=path)
    name, operator = item.get("field"), item.get("operator")
    field = fields(name) if isinstance(name, str) else None
    if field is None:
        hint = _("GET /segments/fields names those there are.")
        raise DomainError(_("There is no such field."), field=f"{path}.field", hint=hint)
    if operator not in field.operators:
        allowed = ", ".join(field.operators)
        raise DomainError(_("Must be one of: %(allowed)s.") % {"allowed": allowed}, field=f"{path}.operator")
    value = None if operator in NULLS else _value(field, operator, item.get("value"), f"{path}.value")
    clock = operator == "within_days" or field.kind == "days"
    return Condition(str(name), str(operator), item.get("value"), field.test(operator, value), field.touches, clock)


def _value(field: Field, operator: str, raw: Any, path: str) -> Value:
    if operator in LISTS:
        if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_VALUES:
            raise DomainError(_("Must be a list of 1 to %(most)s values.") % {"most": MOST_VALUES}, field=path)
        return [_one(field, item, f"{path}.{place}") for place, item in enumerate(raw)]
    if operator == "within_days":
        return _days(raw, path)
    return _one(field, raw, path)


def _one(field: Field, raw: Any, path: str) -> Value:
    value = READERS[field.kind](raw)
    if value is None:
        raise DomainError(KINDS[field.kind], field=path)
    if field.choices is not None and value not in field.choices():
        allowed = ", ".join(field.choices())
        raise DomainError(_("Must be one of: %(allowed)s.") % {"allowed": allowed}, field=path)
    return value


def _days(raw: Any, path: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, (int, str)) or not str(raw).isascii() or not str(raw).isdigit():
        raise DomainError(KINDS["days"], field=path)
    if not 1 <= int(str(raw)[:9]) <= 36_500:
        raise DomainError(KINDS["days"], field=path)
    return int(raw)


def _text(raw: Any) -> str | None:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > MOST_OF_A_TEXT or "\x00" in raw:
        return None
    return raw.strip()


def _number(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        return None
    try:
        number = Decimal(str(raw).strip()) if str(raw).isascii() else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number) < LARGEST else None


def _whole(raw: Any) -> int | None:
    number = _number(raw)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _moment(raw: Any) -> date | datetime | None:
    return read_due(raw) if isinstance(raw, str) else None


def _flag(raw: Any) -> bool | None:
    return {"true": True, "1": True, "false": False, "0": False}.get(str(raw).lower())


def _any(raw: Any) -> Any:
    """A custom field's value: a number, a truth or a text, as it comes."""
    return raw if isinstance(raw, (bool, int)) or (isinstance(raw, float) and _number(raw) is not None) else _text(raw)


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text, "choice": _text, "number": _number, "days": _whole, "id": _whole, "moment": _moment, "flag": _flag,
    "custom": _any,
}  # fmt: skip
KINDS = {
    "text": _("Must be a text of 1 to 255 characters."),
    "choice": _("Must be a text of 1 to 255 characters."),
    "number": _("Must be a number."),
    "days": _("Must be a number of days, from 1 to 36500."),
    "id": _("Must be a whole number."),
    "moment": _("Must be a date: YYYY-MM-DD, or with a time as ISO 8601 has it."),
    "flag": _("Must be true or false."),
    "custom": _("Must be a text, a number, true or false."),
}
