"""Conditions as a form's inputs, and as words.

A form has blocks: the first one's conditions must all hold, the others are groups. Its inputs are `block` (the
numbers of the blocks), `block.N` (any or all), `row` (the numbers of the conditions), and of each condition
`row.N.block`, `.field`, `.key` (of a custom field), `.operator` and `.value`, which may come several times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.backoffice.options import users
from crm.models import Company
from crm.wording import called
from leadercrm.accounts.models import User
from leadercrm.core.web.lists import Options
from marketing.backoffice.wording import operator_called
from marketing.comparing import LISTS, NULLS, OPERATORS, ORDER
from marketing.conditions import GROUPS, MOST_CONDITIONS
from marketing.fields import ACTIVITY, COMPANY, CONSENT, CUSTOM, DEALS, FIELDS, MAILS, SUPPRESSION, field_of
from marketing.fields_custom import CUSTOM_OPERATORS

ROOT = "all"
TRUTHS = (("true", gettext_lazy("yes")), ("false", gettext_lazy("no")))


@dataclass(frozen=True)
class Row:
    """A condition in the form: what was chosen and typed, and what is wrong with it."""

    field: str = ""
    key: str = ""
    operator: str = "="
    values: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    errors: tuple[Any, ...] = ()

    @property
    def typed(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True)
class Block:
    """Conditions that stand together: `any` of them or `all` must hold."""

    kind: str
    rows: list[Row] = field(default_factory=list)


def read_conditions(data: QueryDict) -> list[Any]:
    """What a form says, as the API takes it. Conditions without a field are left out."""
    first, *rest = data.getlist("block")[: MOST_CONDITIONS + 1] or [""]
    blocks: dict[str, list[Any]] = {number: [] for number in (first, *rest)}
    for number in data.getlist("row")[: MOST_CONDITIONS + 1]:
        condition = _read(data, f"row.{number}")
        if condition is not None:
            blocks.get(data.get(f"row.{number}.block", ""), blocks[first]).append(condition)
    groups = [{_group(data.get(f"block.{number}")): blocks[number]} for number in rest if blocks[number]]
    return [*blocks[first], *groups]


def _group(kind: str | None) -> str:
    return kind if kind in GROUPS else "any"


def _read(data: QueryDict, name: str) -> dict[str, Any] | None:
    asked, operator = data.get(f"{name}.field", ""), data.get(f"{name}.operator", "=")
    if not asked:
        return None
    if asked == f"{CUSTOM}*":
        asked = f"{CUSTOM}{data.get(f'{name}.key', '').strip()}"
    if operator in NULLS:
        return {"field": asked, "operator": operator}
    known = field_of(asked)
    kind, texts = known.kind if known else "text", data.getlist(f"{name}.value")
    if operator in LISTS:
        parts = [part.strip() for text in texts for part in text.split(",")]
        return {"field": asked, "operator": operator, "value": [_value(kind, operator, part) for part in parts if part]}
    return {"field": asked, "operator": operator, "value": _value(kind, operator, (texts or [""])[0].strip())}


def _value(kind: str, operator: str, text: str) -> Any:
    """A text as JSON has it: a figure of a field of figures is a number. What is none stays, to be refused."""
    if kind == "flag":
        return {"true": True, "false": False}.get(text, text)
    figures = kind in ("number", "days", "id") or operator == "within_days" or (kind == "custom" and operator in ORDER)
    if not figures:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or len(text) > len("-999999999999999.99"):
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def blocks_of(conditions: Sequence[Any], errors: Mapping[str, Any]) -> list[Block]:
    """Conditions as the form's blocks, each error where it belongs. `errors` are by the API's paths."""
    first, groups, names = Block(ROOT), [], _Names(conditions)
    for place, entry in enumerate(conditions):
        path = f"conditions.{place}"
        kind = next((name for name in GROUPS if name in entry), None)
        if kind is None:
            first.rows.append(_row(entry, path, errors, names))
            continue
        members = enumerate(entry[kind])
        groups.append(Block(kind, [_row(member, f"{path}.{kind}.{at}", errors, names) for at, member in members]))
    return [first, *groups]


def _row(entry: Mapping[str, Any], path: str, errors: Mapping[str, Any], names: "_Names") -> Row:
    name, value = str(entry["field"]), entry.get("value")
    custom = name.startswith(CUSTOM)
    given = value if isinstance(value, list) else [] if value is None else [value]
    wrong = [text for at, texts in errors.items() if at == path or at.startswith(f"{path}.") for text in texts]
    return Row(
        f"{CUSTOM}*" if custom else name,
        name.removeprefix(CUSTOM) if custom else "",
        str(entry["operator"]),
        tuple(_as_typed(each) for each in given),
        tuple(names.call(name, "", each) for each in given),
        tuple(wrong),
    )


def _as_typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def fields_offered() -> list[tuple[Any, list[dict[str, Any]]]]:
    """The fields in their groups: {name, label, kind, operators: [[name, label]], options?: [[value, label]], url?}."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for name, known in FIELDS.items():
        offered = {"name": name, "label": str(known.label), "kind": known.kind, **_choices(name)}
        offered["operators"] = [[each, str(operator_called(each, known.kind))] for each in known.operators]
        groups.setdefault(_group_of(known.touches), []).append(offered)
    operators = [[each, str(operator_called(each))] for each in CUSTOM_OPERATORS]
    custom = {"name": f"{CUSTOM}*", "label": _("Custom field"), "kind": "custom", "operators": operators}
    groups[_("Contact")].append(custom)
    return list(groups.items())


def every_operator() -> list[tuple[str, Any]]:
    return [(each, operator_called(each)) for each in OPERATORS]


def _group_of(touches: tuple[str, ...]) -> str:
    names = {
        COMPANY: _("Company"), DEALS: _("Deals"), ACTIVITY: _("Activities"), CONSENT: _("Consent"),
        SUPPRESSION: _("Consent"), MAILS: _("Campaigns"),
    }  # fmt: skip
    return names.get(touches, _("Contact"))


def _choices(name: str) -> dict[str, Any]:
    """Where a value is chosen from; nothing where it is typed."""
    known = FIELDS[name]
    options: dict[str, Options] = {"owner_id": users}
    if name == "company_id":
        return {"url": reverse("web:company-options")}
    if name in options:
        return {"options": [[str(value), str(label)] for value, label in options[name]()]}
    if known.kind == "flag":
        return {"options": [[value, str(label)] for value, label in TRUTHS]}
    return {"options": [[each, called(each)] for each in known.choices()]} if known.choices else {}


@dataclass(frozen=True)
class Told:
    """A condition in words; `kind` of a group, whose conditions are `members`."""

    label: Any = ""
    operator: Any = ""
    value: str = ""
    kind: str = ""
    members: tuple["Told", ...] = ()


def told(conditions: Sequence[Any]) -> list[Told]:
    """Conditions as people read them."""
    names = _Names(conditions)
    found = []
    for entry in conditions:
        kind = next((name for name in GROUPS if name in entry), "")
        members = tuple(names.tell(member) for member in entry[kind]) if kind else ()
        found.append(Told(kind=kind, members=members) if kind else names.tell(entry))
    return found


class _Names:
    """What the values of conditions are called: people and companies by name."""

    def __init__(self, conditions: Sequence[Any]) -> None:
        leaves = list(_leaves(conditions))
        self.owners = dict(User.objects.filter(pk__in=_ids(leaves, "owner_id")).values_list("pk", "name"))
        companies = Company.objects.filter(pk__in=_ids(leaves, "company_id"))
        self.companies = dict(companies.values_list("pk", "name"))

    def tell(self, entry: Mapping[str, Any]) -> Told:
        name, operator, value = str(entry["field"]), str(entry["operator"]), entry.get("value")
        known = field_of(name)
        given = value if isinstance(value, list) else [] if value is None else [value]
        texts = [self.call(name, known.kind if known else "", each) for each in given]
        return Told(known.label if known else name, operator_called(operator, known.kind if known else ""),
                    ", ".join(texts))  # fmt: skip

    def call(self, name: str, kind: str, value: Any) -> str:
        if kind == "flag":
            return _("yes") if str(value).lower() in ("true", "1") else _("no")
        if kind == "choice":
            return called(value)
        known = {"owner_id": self.owners, "company_id": self.companies}.get(name, {})
        return str(known.get(value, value))


def _leaves(conditions: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for entry in conditions:
        kind = next((name for name in GROUPS if name in entry), None)
        yield from entry[kind] if kind else [entry]


def _ids(leaves: Sequence[Mapping[str, Any]], name: str) -> set[int]:
    values = [leaf.get("value") for leaf in leaves if leaf["field"] == name]
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return {each for each in flat if isinstance(each, int)}
