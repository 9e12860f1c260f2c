"""What one query parameter may say: read, and refused with a hint. `shape` is what the API's description says of it."""

import re
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.fields import read_moment
from leadercrm.core.api.shapes import BOOLEAN, DATE, INTEGER, MOMENT, TEXT, Shape, one_of, open_set
from leadercrm.core.ids import MAX_ID
from leadercrm.core.text import search_patterns

DIGITS = re.compile(r"[0-9]{1,18}")
ID_DIGITS = re.compile(r"[0-9]+")
NO_ROWS_ID = MAX_ID
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
MAX_SEARCH = 200
MAX_WORDS = 8


class IdField(forms.Field):
    """An id in ASCII digits. An unknown one finds nothing (G-17); something that is no number is a 422.

    One that is too long for any row is unknown, too: it is the last one that there could be.
    """

    shape: Shape = {**INTEGER, "minimum": 0}

    def clean(self, value: Any) -> int:
        text = str(value)
        if not ID_DIGITS.fullmatch(text):
            raise ValidationError(_("Must be a whole number."))
        return int(text) if DIGITS.fullmatch(text) else NO_ROWS_ID


class FlagField(forms.Field):
    """true, false, 1 or 0, in any case (G-22)."""

    shape: Shape = BOOLEAN

    def clean(self, value: Any) -> bool:
        try:
            return BOOLEANS[str(value).lower()]
        except KeyError:
            raise ValidationError(_("Must be true or false.")) from None


class OneOfField(forms.Field):
    """One of a closed set; the refusal lists it (G-25)."""

    def __init__(self, allowed: Any) -> None:
        super().__init__()
        self.allowed = allowed

    @property
    def shape(self) -> Shape:
        return open_set(self.allowed()) if callable(self.allowed) else one_of(self.allowed)

    def clean(self, value: Any) -> str:
        allowed = list(self.allowed() if callable(self.allowed) else self.allowed)
        if value not in allowed:
            raise ValidationError(_("Must be one of: %(allowed)s.") % {"allowed": ", ".join(allowed)})
        return str(value)


class WordsField(forms.Field):
    """A text, in the very words."""

    shape: Shape = {**TEXT, "maxLength": MAX_SEARCH}

    def clean(self, value: Any) -> str:
        text = str(value)
        if len(text) > MAX_SEARCH or "\x00" in text:
            raise ValidationError(_("Must be at most %(most)s characters.") % {"most": MAX_SEARCH})
        return text


class DayField(forms.Field):
    """A date; of a date with time, the date as it was written (G-20)."""

    shape: Shape = DATE

    def clean(self, value: Any) -> date:
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError:
            raise ValidationError(_("Must be a date: YYYY-MM-DD.")) from None


class MomentField(forms.Field):
    """A moment in ISO 8601, of UTC where no offset is said; a date is its first moment."""

    shape: Shape = MOMENT

    def clean(self, value: Any) -> datetime:
        # A plus sign that was not escaped arrives as a space.
        moment = read_moment(str(value).replace(" ", "+"))
        if moment is None:
            raise ValidationError(_("Must be a date and time: 2025-04-20T18:30:00Z."))
        return moment


class SearchField(forms.Field):
    """A search text, as the LIKE patterns that all have to match."""

    shape: Shape = {**TEXT, "maxLength": MAX_SEARCH}

    def clean(self, value: Any) -> list[str]:
        if len(value) > MAX_SEARCH:
            raise ValidationError(_("Search for at most %(most)s characters.") % {"most": MAX_SEARCH})
        if "\x00" in value:
            raise ValidationError(_("Texts must not contain the character NUL."))
        return search_patterns(value)[:MAX_WORDS]
