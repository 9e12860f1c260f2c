"""What erasing a person takes from each app, which sales knows nothing of: each says it for its own models."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from leadercrm.core.database import connection
from leadercrm.core.text import fold, phone_digits

# What stands where something was taken out of a text.
BLANK = "[…]"
# A word alone is no name to look for: it stands in the texts of others, too.
LEAST_OF_A_NAME = 5


@dataclass
class Subject:
    """Whom an erasure is of: their contact, and those that were merged into it.

    `names` are whole ones, of now and of before; `told` gathers the rows whose audit is blanked, by model, and
    `kept` counts what stays because the law says so.
    """

    ids: list[int]
    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    told: dict[str, set[int]] = field(default_factory=dict)
    kept: Counter[str] = field(default_factory=Counter)

    def tell(self, label: str, ids: Iterable[int]) -> None:
        """Let the audit of these rows lose its values."""
        self.told.setdefault(label, set()).update(ids)

    @property
    def addresses(self) -> str:
        """A pattern of their e-mail addresses and phones, which are nobody else's words; "" if they have none."""
        digits = {number[-10:] for phone in self.phones if (number := phone_digits(phone))}
        return _pattern([*self.emails, *self.phones, *digits])

    @property
    def all_words(self) -> str:
        """The same, and their names: for texts that are about them."""
        names = [name for name in self.names if len(name) >= LEAST_OF_A_NAME]
        # As they are, and as they stand in columns for searching.
        return "|".join(filter(None, (self.addresses, _pattern([*names, *map(fold, names)]))))


def _pattern(texts: Iterable[str]) -> str:
    """What PostgreSQL and Python both read as a pattern of these texts, the longest first."""
    found = sorted({text.strip() for text in texts if text.strip()}, key=lambda text: (-len(text), text))
    return "|".join(re.sub(r"([^\w\s])", r"\\\1", text) for text in found)


Eraser = Callable[[Subject], None]
ERASERS: list[Eraser] = []
# Models that refer to contacts, and whose rows an eraser sees to.
COVERED: set[str] = set()


def erases(*labels: str) -> Callable[[Eraser], Eraser]:
    """Register the function that takes a subject out of these models' rows, in the transaction of the erasure."""

    def register(function: Eraser) -> Eraser:
        ERASERS.append(function)
        COVERED.update(labels)
        return function

    return register


def blank_out(table: str, columns: Iterable[str], pattern: str, condition: str, params: Iterable[Any]) -> None:
    """Replace what the pattern finds in texts and JSON of some rows. Names and condition are ours."""
    if not pattern:
        return
    with connection.cursor() as cursor:
        for column in columns:
            cursor.execute(
                f'UPDATE {table} SET "{column}" = regexp_replace("{column}", %s, %s, \'gi\')'  # noqa: S608
                f' WHERE "{column}" ~* %s AND ({condition})',
                [pattern, BLANK, pattern, *params],
            )
