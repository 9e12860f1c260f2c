"""A tenant's own terms: what its documents have where nobody says otherwise. Read from its settings."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from leadercrm.core.database import connection

SETTINGS_KEY = "billing"


@dataclass(frozen=True)
class Terms:
    """Every term with its default. `reminder_days` counts from the due date: -3 is three days before it.

    `approved_stage_id` is the stage that an approved quote moves its deal to. Days of notice are those
    before a contract's end. `bank_clabe` and its like are printed on invoices.
    """

    currency: str = "MXN"
    tax_rate: Decimal = Decimal(16)
    payment_days: int = 30
    reminder_days: tuple[int, ...] = field(default=(-3, 1, 7))
    contract_notice_days: int = 30
    approved_stage_id: int | None = None
    bank_name: str | None = None
    bank_holder: str | None = None
    bank_clabe: str | None = None


def terms() -> Terms:
    """The bound tenant's; its currency is that of its deals where it has chosen none for its documents."""
    settings = getattr(connection.tenant, "settings", None) or {}
    chosen = {name: settings[name] for name in ("currency",) if name in settings} | (settings.get(SETTINGS_KEY) or {})
    if "tax_rate" in chosen:
        chosen["tax_rate"] = Decimal(str(chosen["tax_rate"]))
    if "reminder_days" in chosen:
        chosen["reminder_days"] = tuple(chosen["reminder_days"])
    return Terms(**chosen)


def as_settings(values: dict[str, Any]) -> dict[str, Any]:
    """Terms as the tenant's settings, which are JSON, keep them."""
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}


CLABE_WEIGHTS = (3, 7, 1)


def is_clabe(text: str) -> bool:
    """Whether this is a CLABE: 18 digits, the last of which checks the others."""
    if len(text) != 18 or not (text.isascii() and text.isdigit()):
        return False
    weighed = sum(int(digit) * CLABE_WEIGHTS[place % 3] % 10 for place, digit in enumerate(text[:17]))
    return (10 - weighed % 10) % 10 == int(text[17])
