"""Amounts in words, as Mexican documents carry them: DOSCIENTOS OCHO MIL OCHOCIENTOS PESOS 00/100 M.N."""

from decimal import Decimal

from leadercrm.core.money import round2

# Code -> (one, many) in Spanish, the same in English, and what follows the cents in Spanish.
CURRENCIES = {
    "MXN": (("peso", "pesos"), ("peso", "pesos"), "M.N."),
    "USD": (("dólar", "dólares"), ("dollar", "dollars"), "USD"),
    "CAD": (("dólar canadiense", "dólares canadienses"), ("Canadian dollar", "Canadian dollars"), "CAD"),
    "EUR": (("euro", "euros"), ("euro", "euros"), "EUR"),
    "COP": (("peso colombiano", "pesos colombianos"), ("Colombian peso", "Colombian pesos"), "COP"),
}
MOST = Decimal(10) ** 18

# Each word stands at its number; "." where a number is written otherwise.
SPANISH = """
    cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete
    dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete
    veintiocho veintinueve
    """.split()  # noqa: SIM905
SPANISH_TENS = ". . . treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()  # noqa: SIM905
SPANISH_HUNDREDS = """
    . ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos
    """.split()  # noqa: SIM905
ENGLISH = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """.split()  # noqa: SIM905
ENGLISH_TENS = ". . twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
SPANISH_MILLIONS = (("", ""), ("millón", "millones"), ("billón", "billones"))
ENGLISH_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def amount_in_words(amount: Decimal, currency: str, language: str) -> str:
    """`amount` in capitals; its cents as a fraction of a hundred. From 0 up to a trillion of either scale."""
    if not 0 <= amount < MOST:
        raise ValueError("only amounts from 0 up are written in words")
    whole, cents = divmod(int(round2(amount) * 100), 100)
    english = language.startswith("en")
    spanish_names, english_names, mark = CURRENCIES.get(currency, (("", ""), ("", ""), currency))
    name = (english_names if english else spanish_names)[whole != 1]
    if english:
        mark = currency
    if not name:
        words = english_words(whole) if english else _alone(spanish_words(whole))
    elif english:
        words = f"{english_words(whole)} {name}"
    else:
        # Whole millions are counted like a dozen: un millón DE pesos.
        words = f"{spanish_words(whole)} {'de ' if whole and whole % 10**6 == 0 else ''}{name}"
    return f"{words} {cents:02d}/100 {mark}".upper()


def spanish_words(number: int) -> str:
    """A number before a masculine noun: veintiún, doscientos un."""
    if not number:
        return SPANISH[0]
    parts = []
    for power in reversed(range(len(SPANISH_MILLIONS))):
        group = number // 10 ** (6 * power) % 10**6
        if group:
            parts.append(f"{_spanish_thousands(group)} {SPANISH_MILLIONS[power][group != 1]}".rstrip())
    return " ".join(parts)


def _spanish_thousands(number: int) -> str:
    thousands, rest = divmod(number, 1000)
    parts = [] if not thousands else ["mil"] if thousands == 1 else [_spanish_hundreds(thousands), "mil"]
    return " ".join([*parts, *([_spanish_hundreds(rest)] if rest else [])])


def _spanish_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if number == 100:
        return "cien"
    parts = [SPANISH_HUNDREDS[hundreds]] if hundreds else []
    if rest >= 30:
        tens, ones = divmod(rest, 10)
        parts.append(SPANISH_TENS[tens] + (f" y {SPANISH[ones]}" if ones else ""))
    elif rest:
        parts.append(SPANISH[rest])
    return " ".join(parts)


def _alone(words: str) -> str:
    """With no noun after them: veintiuno."""
    if words.endswith("veintiún"):
        return f"{words.removesuffix('veintiún')}veintiuno"
    return f"{words}o" if words == "un" or words.endswith(" un") else words


def english_words(number: int) -> str:
    """twenty-one thousand three hundred five."""
    if not number:
        return ENGLISH[0]
    groups = [(number // 1000**power % 1000, ENGLISH_GROUPS[power]) for power in reversed(range(len(ENGLISH_GROUPS)))]
    return " ".join(f"{_english_hundreds(group)} {name}".rstrip() for group, name in groups if group)


def _english_hundreds(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [f"{ENGLISH[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(ENGLISH_TENS[tens] + (f"-{ENGLISH[ones]}" if ones else ""))
    elif rest:
        parts.append(ENGLISH[rest])
    return " ".join(parts)
