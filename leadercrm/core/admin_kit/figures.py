"""Amounts as people write them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.html import format_html

from leadercrm.core.money import money_text


def money(name: str, label: Any) -> Callable[[Any], str]:
    """A column of a row that has a currency, `$48,000.00 MXN`, for lists and pages; lists sort by the column itself."""

    @admin.display(description=label, ordering=name)
    def shown(row: Any) -> str:
        value = getattr(row, name)
        if not row.pk or value is None:
            return ""
        return format_html('<span class="kit-amount">{}</span>', money_text(value, row.currency))

    shown.__name__ = name
    return shown
