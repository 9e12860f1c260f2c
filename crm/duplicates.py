"""Two rows made one: what the survivor looks like afterwards. Pure; crm.actions.merging writes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from leadercrm.core.text import phone_digits

Side = Literal["survivor", "loser"]
Entry = dict[str, Any]

SURVIVOR: Side = "survivor"
LOSER: Side = "loser"


@dataclass(frozen=True)
class Columns:
    """The columns that a merge decides on.

    Of a `single` one the value of one side is kept. Of `lists`, by what tells two entries of theirs apart, and of
    `mappings` both sides' are.
    """

    single: tuple[str, ...]
    lists: Mapping[str, Callable[[Entry], str]] = field(default_factory=dict)
    mappings: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.single, *self.lists, *self.mappings)

    def merged(self, survivor: Any, loser: Any, sides: Mapping[str, Side]) -> dict[str, Any]:
        """The survivor's columns after the merge.

        A single column is the survivor's, or the loser's where the survivor's is empty; `sides` names
        whose value, empty or not, it is to be instead. Lists and mappings are united: the side that
        `sides` names, the survivor if none, comes first and wins.
        """
        values = {name: _single(name, survivor, loser, sides.get(name)) for name in self.single}
        for name, key in self.lists.items():
            values[name] = _united(*_first_then(name, survivor, loser, sides), key=key)
        for name in self.mappings:
            winning, losing = _first_then(name, survivor, loser, sides)
            values[name] = {**losing, **winning}
        return values


CONTACT_COLUMNS = Columns(
    (
        "first_name", "last_name", "job_title", "company_id", "lifecycle_stage", "owner_id", "source", "city",
        "country",
    ),
    {
        "emails": lambda entry: entry["email"].lower(),
        "phones": lambda entry: phone_digits(entry["phone"]) or entry["phone"].strip(),
    },
    ("custom_fields",),
)  # fmt: skip
COMPANY_COLUMNS = Columns(
    (
        "name", "tax_id", "industry", "domain", "employee_range", "annual_revenue", "phone", "email", "owner_id",
    )
)  # fmt: skip


def _single(name: str, survivor: Any, loser: Any, side: Side | None) -> Any:
    own, other = getattr(survivor, name), getattr(loser, name)
    if side is None:
        return other if own in (None, "") else own
    return own if side == SURVIVOR else other


def _first_then(name: str, survivor: Any, loser: Any, sides: Mapping[str, Side]) -> tuple[Any, Any]:
    own, other = getattr(survivor, name), getattr(loser, name)
    return (other, own) if sides.get(name) == LOSER else (own, other)


def _united(first: list[Entry], second: list[Entry], *, key: Callable[[Entry], str]) -> list[Entry]:
    """Both lists in order, each key once, as it was met first."""
    united: dict[str, Entry] = {}
    for entry in (*first, *second):
        united.setdefault(key(entry), entry)
    return list(united.values())
