"""The builder of a form's fields: what is typed into it as the API's `fields`, and back."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from marketing.answers import CUSTOM, TARGETS
from marketing.api.serializers_forms import KEY, MOST_FIELDS, TAKEN
from marketing.models import FieldKind

# What a field may be of a contact, in the order that the builder offers it.
CALLED = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "full_name": _("Full name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "job_title": _("Job title"),
    "city": _("City"),
    "country": _("Country"),
    "message": _("Message"),
    CUSTOM: _("A field of your own"),
}
LONGEST_KEY = 50
# A place that nobody typed is behind all others.
LAST = 10_000
Entry = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """A line of the builder, and what is wrong with it. `choices` are lines of text, `custom` a custom field's name."""

    key: str = ""
    label: str = ""
    kind: str = FieldKind.TEXT.value
    required: bool = False
    choices: str = ""
    maps_to: str = ""
    custom: str = ""
    errors: Sequence[Any] = field(default_factory=tuple)


def rows_of(entries: Sequence[Mapping[str, Any]], errors: Mapping[str, Sequence[Any]]) -> list[Row]:
    """The lines for these fields; of `errors`, those of `fields.2.key` stand in the third."""
    return [_row(entry, _errors_of(place, errors)) for place, entry in enumerate(entries)]


def _row(entry: Mapping[str, Any], errors: Sequence[Any]) -> Row:
    target = entry.get("maps_to") or ""
    is_custom = target.startswith(CUSTOM)
    return Row(
        key=entry.get("key", ""),
        label=entry.get("label", ""),
        kind=entry.get("kind", FieldKind.TEXT.value),
        required=bool(entry.get("required")),
        choices="\n".join(entry.get("choices") or ()),
        maps_to=CUSTOM if is_custom else target,
        custom=target.removeprefix(CUSTOM) if is_custom else "",
        errors=errors,
    )


def _errors_of(place: int, errors: Mapping[str, Sequence[Any]]) -> list[Any]:
    return [text for path, texts in errors.items() if f"{path}.".startswith(f"fields.{place}.") for text in texts]


def read_fields(data: QueryDict) -> list[Entry]:
    """The API's `fields`, in the order of the places typed; lines with neither label nor key are left out.

    A line without a key gets one: what it is of a contact, so that the published names work, else of its label.
    """
    numbers = sorted(data.getlist("field")[: 2 * MOST_FIELDS], key=lambda number: _place(data, number))
    entries = [entry for number in numbers if (entry := _read(data, number))["label"] or entry["key"]]
    taken = {entry["key"] for entry in entries}
    for entry in entries:
        if not entry["key"]:
            entry["key"] = _free_key(entry, taken)
            taken.add(entry["key"])
    return entries


def _place(data: QueryDict, number: str) -> int:
    typed = data.get(f"field.{number}.place", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len(str(LAST)) else LAST


def _read(data: QueryDict, number: str) -> Entry:
    def typed(name: str) -> str:
        return data.get(f"field.{number}.{name}", "").strip()

    target = typed("maps_to")
    return {
        "key": typed("key"),
        "label": typed("label"),
        "kind": typed("kind") or FieldKind.TEXT.value,
        "required": f"field.{number}.required" in data,
        "choices": [line for text in typed("choices").splitlines() if (line := text.strip())],
        "maps_to": f"{CUSTOM}{typed('custom')}" if target == CUSTOM else target or None,
    }


def _free_key(entry: Entry, taken: set[str]) -> str:
    target = entry["maps_to"]
    wanted = target if target in TARGETS else _key_of(entry["label"])
    numbered = (f"{wanted[: LONGEST_KEY - 3]}_{number}" for number in range(2, 3 * MOST_FIELDS))
    return next(key for key in (wanted, *numbered) if key not in taken and key not in TAKEN)


def _key_of(label: str) -> str:
    """`¿Qué día?` is `que_dia`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY]
    return key if KEY.fullmatch(key) else f"field_{key}"[:LONGEST_KEY].rstrip("_")


def as_drawn(entries: Sequence[Entry]) -> list[Entry]:
    """Fields for the preview of a form that is being written: without those that cannot be drawn yet."""
    kinds = set(FieldKind.values)
    return [entry for entry in entries[:MOST_FIELDS] if entry["kind"] in kinds and entry["label"]]
