"""What the pages call the values that the API names in English: `lead` is «Prospecto», and blue."""

from typing import Any

_labels: dict[tuple[str, str], Any] = {}
_tints: dict[str, str] = {}


def call_values(tint_and_labels: dict[str, tuple[str, Any]], of: str = "") -> None:
    """Enter values, each with the colour of its badge and its label: `of` one kind of rows alone, or of all others.

    A quote is «enviada», and a contract «enviado».
    """
    for value, (tint, label) in tint_and_labels.items():
        _labels[of, value] = label
        _tints.setdefault(value, tint)


def called(value: Any, of: str = "") -> str:
    """A value's label; itself where none was entered, as with what a tenant has named."""
    return str(_labels.get((of, str(value))) or _labels.get(("", str(value)), value))


def tint_of(value: Any) -> str:
    return _tints.get(str(value), "secondary")
