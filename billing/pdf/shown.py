"""Labels and figures as text, in the language that is active."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from billing.pdf.views import ENGLISH
from leadercrm.core.money import number_text

Context = dict[str, Any]
# Characters that a quarter of the page's width has room for.
WIDE = 24


class Fact(NamedTuple):
    label: str
    text: str
    strong: bool = False

    @property
    def is_wide(self) -> bool:
        return len(self.text) > WIDE


def day(value: date | None) -> str:
    """`5 de abril de 2026`, `April 5, 2026`: a paper is read for years, and abroad, where 5/4 is another day."""
    if value is None:
        return ""
    if get_language() == ENGLISH:
        return date_format(value, "F j, Y")
    # Django writes the months of es-MX with a capital, Spanish does not.
    return date_format(value, r"j \d\e F \d\e Y").lower()


def short_day(value: date | None) -> str:
    """`05/04/2026`, `Apr 5, 2026`, for columns."""
    if value is None:
        return ""
    return date_format(value, "M j, Y" if get_language() == ENGLISH else "d/m/Y")


def facts(*pairs: tuple[str, str]) -> list[Fact]:
    """Those that say something."""
    return [Fact(label, text) for label, text in pairs if text]


def percent(rate: Decimal) -> str:
    return pgettext("percentage", "{number}%").format(number=number_text(rate))


def tax_name(factor: str, rate: Decimal) -> str:
    """What a line's tax is called."""
    if factor == "exento":
        return _("Exempt")
    return _("Not subject") if factor == "no_objeto" else percent(rate)
