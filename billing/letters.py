"""What a mail of a document says beside the document: texts with [[merge_fields]], put in as they are.

No template engine: what is no field stays as it stands, and what is put in is never looked through again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from billing.merging import FIELD
from billing.wording import amount, day

LETTER_FIELDS: Mapping[str, Callable[[Any, str], str]] = {
    "contact_name": lambda document, tenant: document.contact_name,
    "company_name": lambda document, tenant: document.company_name or "",
    "number": lambda document, tenant: document.number or "",
    "title": lambda document, tenant: getattr(document, "title", None) or "",
    "total": lambda document, tenant: (
        amount(getattr(document, "total", None) or document.value, document.currency)
        if hasattr(document, "total") or hasattr(document, "value")
        else ""
    ),
    "valid_until": lambda document, tenant: day(getattr(document, "valid_until", None)),
    "due_on": lambda document, tenant: day(getattr(document, "due_on", None)),
    "tenant_name": lambda document, tenant: tenant,
}


def unknown_letter_fields(text: str) -> list[str]:
    """The names in `text` that are no merge fields, each once, in order."""
    return [name for name in dict.fromkeys(FIELD.findall(text)) if name not in LETTER_FIELDS]


def letter(text: str, document: Any, tenant_name: str) -> str:
    """The text for one document."""
    fill = lambda match: LETTER_FIELDS[match[1]](document, tenant_name) if match[1] in LETTER_FIELDS else match[0]  # noqa: E731
    return FIELD.sub(fill, text)
