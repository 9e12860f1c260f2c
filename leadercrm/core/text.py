"""Text made comparable: how names, phones and addresses are written for search and duplicate checks."""

import re
import unicodedata

import phonenumbers

NOT_DIGIT = re.compile(r"[^0-9]")
PHONE_SHAPE = re.compile(r"^[0-9+()\-. ]+$")
SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: `  José  ÁNGEL ` is `jose angel`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return SPACES.sub(" ", bare).strip()


def phone_digits(text: str) -> str:
    """A phone's ASCII digits with its country, or '' when it has too few: `044 55 1234 5678` is `525512345678`.

    Mexico's old prefixes are taken off: 044 and 045 (mobile), 01 (trunk), and the 1 after +52 (abolished
    in 2019). Numbers without a country are Mexican. What no plan knows keeps its digits.
    """
    digits = NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    foreign = text.strip().startswith("+") and not digits.startswith("52")
    if foreign:
        return digits if len(digits) >= 7 else ""
    local = re.sub(r"^(?:00)?52(?=1?\d{10}$)", "", digits)
    local = re.sub(r"^(?:044|045|01|1)(?=\d{10}$)", "", local)
    if len(local) == 10:
        return "52" + local
    return local if len(local) >= 7 else ""


def is_known_phone(digits: str) -> bool:
    """Whether a numbering plan knows these digits; only ever a hint, never a reason to refuse."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False


def like_pattern(text: str) -> str:
    r"""Escape LIKE's own characters: `100%_` is `100\%\_`."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def search_patterns(query: str) -> list[str]:
    """LIKE patterns, all of which a row's search text must match.

    Words are matched anywhere in the text. A word of one or two characters has no trigram, so it is
    matched at the beginning of a word, which the index can answer. A query that looks like a phone is
    one word: its digits.
    """
    if PHONE_SHAPE.match(query) and len(NOT_DIGIT.sub("", query)) >= 4:
        digits = phone_digits(query) or NOT_DIGIT.sub("", query)
        return [f"%{digits}%"]
    words = fold(query).split(" ")
    return [f"% {like_pattern(word)}%" if len(word) < 3 else f"%{like_pattern(word)}%" for word in words if word]


def search_text(*parts: str) -> str:
    """The one column that a search looks at: folded parts, each word after a space."""
    return " " + " ".join(filter(None, (fold(part) for part in parts)))
