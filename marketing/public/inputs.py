"""A form's fields as its page draws them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marketing.answers import is_ticked, text_of
from marketing.models import FieldKind, Form

TYPES = {
    FieldKind.EMAIL: "email",
    FieldKind.PHONE: "tel",
    FieldKind.DATE: "date",
    FieldKind.NUMBER: "text",
}
# What browsers fill in by themselves.
AUTOCOMPLETE = {
    "first_name": "given-name", "last_name": "family-name", "full_name": "name", "email": "email", "phone": "tel",
    "job_title": "organization-title", "city": "address-level2", "country": "country-name",
}  # fmt: skip
MOST_OF_A_VALUE = 20_000
# Names that stand beside each other where there is room.
HALVES = ("first_name", "last_name")


@dataclass(frozen=True)
class Input:
    """One field with what was typed into it and what is wrong with that."""

    key: str
    label: str
    kind: str
    required: bool
    type: str
    autocomplete: str
    is_half: bool
    choices: list[tuple[str, bool]]
    value: str
    is_ticked: bool
    error: str


def inputs_of(form: Form, sent: Mapping[str, Any], errors: Mapping[str, Any]) -> list[Input]:
    """All of them, in order. `sent` is what was typed in, or what the page's address fills in beforehand."""
    targets = {spec.get("maps_to") for spec in form.fields}
    return [_input(spec, sent, errors, halves=set(HALVES) <= targets) for spec in form.fields]


def _input(spec: Mapping[str, Any], sent: Mapping[str, Any], errors: Mapping[str, Any], *, halves: bool) -> Input:
    kind, target = spec["kind"], spec.get("maps_to") or ""
    given = sent.getlist(spec["key"]) if hasattr(sent, "getlist") else sent.get(spec["key"])
    texts = [text_of(one) for one in given] if isinstance(given, list) else [text_of(given)]
    return Input(
        key=spec["key"],
        label=spec["label"],
        kind=kind,
        required=spec["required"],
        type=TYPES.get(kind, "text"),
        autocomplete=AUTOCOMPLETE.get(target, "off" if kind == FieldKind.HIDDEN else "on"),
        is_half=halves and target in HALVES,
        choices=[(choice, choice in texts) for choice in spec["choices"]],
        value=(texts[0] if texts else "")[:MOST_OF_A_VALUE],
        is_ticked=is_ticked(texts[0] if texts else ""),
        error=str(next(iter(errors.get(spec["key"], ())), "")),
    )
