"""Two contacts made one: what the survivor looks like afterwards. Pure; crm.actions.merging writes it."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from crm.models import Contact
from leadercrm.core.text import phone_digits

Side = Literal["survivor", "loser"]
Entry = dict[str, Any]

SURVIVOR: Side = "survivor"
LOSER: Side = "loser"
SINGLE_COLUMNS = (
    "first_name", "last_name", "job_title", "company_id", "lifecycle_stage", "owner_id", "source", "city", "country",
)  # fmt: skip
MERGED_COLUMNS = (*SINGLE_COLUMNS, "emails", "phones", "custom_fields")


def merged_values(survivor: Contact, loser: Contact, fields: Mapping[str, Side]) -> dict[str, Any]:
    """The survivor's columns after the merge.

    A single column is the survivor's, or the loser's where the survivor's is empty; `fields` names
    whose value, empty or not, it is to be instead. Lists and custom fields are united: the side that
    `fields` names, the survivor if none, comes first and wins.
    """
    values = {name: _single(name, survivor, loser, fields.get(name)) for name in SINGLE_COLUMNS}
    emails = _first_then(survivor.emails, loser.emails, fields.get("emails"))
    phones = _first_then(survivor.phones, loser.phones, fields.get("phones"))
    winning, losing = _first_then(survivor.custom_fields, loser.custom_fields, fields.get("custom_fields"))
    return {
        **values,
        "emails": _united(*emails, key=lambda entry: entry["email"].lower()),
        "phones": _united(*phones, key=lambda entry: phone_digits(entry["phone"]) or entry["phone"].strip()),
        "custom_fields": {**losing, **winning},
    }


def _single(name: str, survivor: Contact, loser: Contact, side: Side | None) -> Any:
    own, other = getattr(survivor, name), getattr(loser, name)
    if side is None:
        return other if own in (None, "") else own
    return own if side == SURVIVOR else other


def _first_then(survivors: Any, losers: Any, side: Side | None) -> tuple[Any, Any]:
    return (losers, survivors) if side == LOSER else (survivors, losers)


def _united(first: list[Entry], second: list[Entry], *, key: Callable[[Entry], str]) -> list[Entry]:
    """Both lists in order, each key once, as it was met first."""
    united: dict[str, Entry] = {}
    for entry in (*first, *second):
        united.setdefault(key(entry), entry)
    return list(united.values())
