"""Figures and dates as people read them, in mails, notifications and contracts."""

from datetime import date
from decimal import Decimal


def amount(value: Decimal, currency: str) -> str:
    """`$208,800.00 MXN`."""
    return f"${value:,.2f} {currency}"


def day(value: date | None) -> str:
    """`31/12/2025`; nothing where there is none."""
    return f"{value:%d/%m/%Y}" if value else ""
