"""Text made comparable: how names, phones and addresses are written for search and duplicate checks."""

import re
import unicodedata

import phonenumbers

NOT_DIGIT = re.compile(r"[^0-9]")
# Ten digits after what was ever dialled before them: country, trunk, mobile.
MEXICAN = re.compile(r"(?:52)?(?:044|045|01|1)?([0-9]{10})")
OLD_PREFIX = re.compile(r"^(?:\+?(?:00)?52[ .()-]*1|044|045|01)(?=[ .()-]|[0-9]{3})")
EXTENSION = re.compile(r"(?<=[0-9])[\s,.;)-]*(?:ext\w*|x|#|;)[\s.:]*[0-9]{1,6}\s*$", re.IGNORECASE)
PHONE_SHAPE = re.compile(r"^[0-9+()\-. ]+$")
SPACES = re.compile(r"\s+")
# Unicode's categories of control, format, surrogate and private characters.
UNSEEN = ("Cc", "Cf", "Cs", "Co")
# Characters that nobody sees, and that a model reads: directions, zero widths, joiners, tags. See without_unseen.
UNSEEN_IN_JSON = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: `  José  ÁNGEL ` is `jose angel`."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return SPACES.sub(" ", bare).strip()


def visible_text(text: str) -> str:
    """The text without what nobody sees: control characters, marks of direction, zero widths, tags. Lines stay."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in UNSEEN).strip()


def without_unseen(json_text: str) -> str:
    """JSON without characters that no person sees: instructions hidden in them would reach a model alone."""
    return json_text if json_text.isascii() else UNSEEN_IN_JSON.sub("", json_text)


def phone_digits(text: str) -> str:
    """A phone's ASCII digits with its country, or '' when it has too few: `044 55 1234 5678` is `525512345678`.

    Mexico's old prefixes are taken off: 044 and 045 (mobile), 01 (trunk), and the 1 after +52 (abolished
    in 2019). Numbers without a country are Mexican; `00` is as good as `+`. An extension is no part of
    the number. What no plan knows keeps its digits.
    """
    text = EXTENSION.sub("", unicodedata.normalize("NFKC", text).strip())
    digits = NOT_DIGIT.sub("", text)
    abroad = text.startswith("+") or digits.startswith("00")
    digits = digits.removeprefix("00")
    if abroad and not digits.startswith("52"):
        return digits if len(digits) >= 7 else ""
    local = MEXICAN.fullmatch(digits)
    if local:
        return "52" + local[1]
    return digits if len(digits) >= 7 else ""


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
    one word: its digits, those of a Mexican number without the country, which not everybody writes.
    """
    if PHONE_SHAPE.match(query) and len(NOT_DIGIT.sub("", query)) >= 4:
        return [f"%{_wanted_digits(query.strip())}%"]
    words = fold(query).split(" ")
    return [f"% {like_pattern(word)}%" if len(word) < 3 else f"%{like_pattern(word)}%" for word in words if word]


def _wanted_digits(query: str) -> str:
    """The digits to look for: of a whole Mexican number its ten, of a part of one those after an old prefix."""
    digits = phone_digits(query)
    if len(digits) == 12 and digits.startswith("52"):
        return digits[2:]
    part = NOT_DIGIT.sub("", OLD_PREFIX.sub("", query))
    return digits if len(digits) > 10 else part if len(part) >= 3 else NOT_DIGIT.sub("", query)


def search_text(*parts: str) -> str:
    """The one column that a search looks at: folded parts, each word after a space."""
    return " " + " ".join(filter(None, (fold(part) for part in parts)))
