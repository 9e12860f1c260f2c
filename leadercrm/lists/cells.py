"""What people write into the cells of a table, read: amounts, dates, yes and no.

Each takes a text that is not empty, and an import's options. Raises ValueError with what is wrong.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.text import fold, visible_text

Options = Mapping[str, Any]
ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
WRITTEN = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[a-z]{3,12})\.?[-/. ]([0-9]{4}|[0-9]{2})(?: .*)?")
MONTHS = ("ene|jan", "feb", "mar", "abr|apr", "may", "jun", "jul", "ago|aug", "sep|set", "oct", "nov", "dic|dec")
MONTH_FIRST = "mdy"
NOT_NUMBER = re.compile(r"[^0-9.,()+-]")
YES = {"si", "s", "yes", "y", "true", "verdadero", "1", "x", "activo", "active"}
NO = {"no", "n", "false", "falso", "0", "inactivo", "inactive"}


def text(cell: str, options: Options) -> str:
    """As it stands, without what nobody sees."""
    return visible_text(cell)


def entries(cell: str, options: Options) -> list[str]:
    """Several, with commas, semicolons or line ends between them."""
    return [part.strip() for part in re.split(r"[;,\n|]", cell) if part.strip()]


def number(cell: str, options: Options) -> str:
    """An amount as plain digits: `$1,234.50`, `1.234,50` and `(1 234.50)` are read as they are meant.

    The last of two different marks is the decimal one. A single comma with three digits behind it parts thousands.
    """
    bare = NOT_NUMBER.sub("", cell)
    negative = bare.startswith(("-", "("))
    bare = bare.strip("()+-")
    if "," in bare and "." in bare:
        decimal = max(bare.rfind(","), bare.rfind("."))
        bare = re.sub(r"[.,]", "", bare[:decimal]) + "." + bare[decimal + 1 :]
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", bare) or re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", bare):
        bare = re.sub(r"[.,]", "", bare)
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[0-9]*\.?[0-9]+|[0-9]+\.", bare):
        raise ValueError(_("Must be a number."))
    return f"{'-' if negative else ''}{'0' if bare.startswith('.') else ''}{bare.rstrip('.')}"


def day(cell: str, options: Options) -> str:
    """A date: as ISO has it, or `31/12/2025`, `31-dic-25`. Which of two figures is the month the import says."""
    found = ISO.fullmatch(cell.strip())
    if found:
        return _iso(*map(int, found.groups()))
    written = WRITTEN.fullmatch(fold(cell).replace(" de ", " "))
    if written is None:
        raise ValueError(_("Must be a date, such as 2025-12-31 or 31/12/2025."))
    first, second, year = written.groups()
    full_year = int(year) + 2000 if len(year) == 2 else int(year)
    if not second.isdigit():
        return _iso(full_year, _month(second), int(first))
    if options.get("dates") == MONTH_FIRST:
        first, second = second, first
    return _iso(full_year, int(second), int(first))


def _month(word: str) -> int:
    found = [place for place, names in enumerate(MONTHS, start=1) if word.startswith(tuple(names.split("|")))]
    if not found:
        raise ValueError(_("Must be a date, such as 2025-12-31 or 31/12/2025."))
    return found[0]


def _iso(year: int, month: int, day_: int) -> str:
    try:
        return date(year, month, day_).isoformat()
    except ValueError:
        raise ValueError(_("There is no such day.")) from None


def flag(cell: str, options: Options) -> bool:
    """Yes or no, in Spanish or English."""
    word = fold(cell)
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(_("Must be yes or no."))


def percent(cell: str, options: Options) -> str:
    """A percentage; a share below one, as spreadsheets keep `16 %`, is a hundred times that."""
    plain = number(cell, options)
    value = Decimal(plain)
    return format((value * 100).normalize(), "f") if 0 < value < 1 and "%" not in cell else plain
