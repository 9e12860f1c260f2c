"""Amounts as people write them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin

from leadercrm.core.money import money_text


def money(name: str, label: Any) -> Callable[[Any], str]:
    """A column of a row that has a currency, `$48,000.00 MXN`, for lists and pages; lists sort by the column itself."""

    @admin.display(description=label, ordering=name)
    def shown(row: Any) -> str:
        value = getattr(row, name)
        return money_text(value, row.currency) if row.pk and value is not None else ""

    shown.__name__ = name
    return shown
