"""What the pages call the values that the API names in English: `lead` is «Prospecto», and blue."""

from typing import Any

_labels: dict[str, Any] = {}
_tints: dict[str, str] = {}


def call_values(tint_and_labels: dict[str, tuple[str, Any]]) -> None:
    """Enter values, each with the colour of its badge and its label."""
    for value, (tint, label) in tint_and_labels.items():
        _labels[value], _tints[value] = label, tint


def called(value: Any) -> str:
    """A value's label; itself where none was entered, as with what a tenant has named."""
    return str(_labels.get(str(value), value))


def tint_of(value: Any) -> str:
    return _tints.get(str(value), "secondary")
