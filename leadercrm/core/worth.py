"""What rows are worth, and to whom their mails go: each app says it of its own, for whoever judges what a call does."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Worth:
    """An amount in its currency. `rate` are units of the tenant's currency for one of it, where the row says so."""

    amount: Decimal
    currency: str
    rate: Decimal | None = None

    def in_currency(self, own: str) -> Decimal | None:
        """The amount in the tenant's own currency; None where no rate is known."""
        if self.currency == own:
            return self.amount
        return self.amount * self.rate if self.rate is not None else None


_worths: dict[str, Callable[[Any], Worth]] = {}
_recipients: dict[str, Callable[[Any], str]] = {}


def is_worth(model: type[models.Model], function: Callable[[Any], Worth]) -> None:
    """Declare what a row of the model is worth."""
    _worths[model._meta.label_lower] = function


def is_mailed_to(model: type[models.Model], function: Callable[[Any], str]) -> None:
    """Declare to whom a mail about a row of the model goes: `Ana <ana@x.mx>`; "" if to nobody."""
    _recipients[model._meta.label_lower] = function


def worth_of(row: models.Model) -> Worth | None:
    """What a row is worth, if its kind has a worth."""
    function = _worths.get(row._meta.label_lower)
    return function(row) if function else None


def recipient_of(row: models.Model) -> str:
    """To whom a mail about the row goes; "" where nobody knows."""
    function = _recipients.get(row._meta.label_lower)
    return function(row) if function else ""
