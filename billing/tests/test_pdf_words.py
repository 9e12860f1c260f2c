"""Amounts in words, against a table and against a reader that was written by itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pdf.words import amount_in_words, english_words, spanish_words

TABLE = {
    ("0", "MXN"): "CERO PESOS 00/100 M.N.",
    ("0.05", "MXN"): "CERO PESOS 05/100 M.N.",
    ("1", "MXN"): "UN PESO 00/100 M.N.",
    ("1.99", "MXN"): "UN PESO 99/100 M.N.",
    ("16", "MXN"): "DIECISÉIS PESOS 00/100 M.N.",
    ("21.10", "MXN"): "VEINTIÚN PESOS 10/100 M.N.",
    ("22", "MXN"): "VEINTIDÓS PESOS 00/100 M.N.",
    ("31", "MXN"): "TREINTA Y UN PESOS 00/100 M.N.",
    ("100", "MXN"): "CIEN PESOS 00/100 M.N.",
    ("101", "MXN"): "CIENTO UN PESOS 00/100 M.N.",
    ("500", "MXN"): "QUINIENTOS PESOS 00/100 M.N.",
    ("700", "MXN"): "SETECIENTOS PESOS 00/100 M.N.",
    ("900", "MXN"): "NOVECIENTOS PESOS 00/100 M.N.",
    ("1000", "MXN"): "MIL PESOS 00/100 M.N.",
    ("1001", "MXN"): "MIL UN PESOS 00/100 M.N.",
    ("21001", "MXN"): "VEINTIÚN MIL UN PESOS 00/100 M.N.",
    ("31000", "MXN"): "TREINTA Y UN MIL PESOS 00/100 M.N.",
    ("100000", "MXN"): "CIEN MIL PESOS 00/100 M.N.",
    ("121000", "MXN"): "CIENTO VEINTIÚN MIL PESOS 00/100 M.N.",
    ("208800", "MXN"): "DOSCIENTOS OCHO MIL OCHOCIENTOS PESOS 00/100 M.N.",
    ("1000000", "MXN"): "UN MILLÓN DE PESOS 00/100 M.N.",
    ("1000001", "MXN"): "UN MILLÓN UN PESOS 00/100 M.N.",
    ("1001000", "MXN"): "UN MILLÓN MIL PESOS 00/100 M.N.",
    ("2000000.50", "MXN"): "DOS MILLONES DE PESOS 50/100 M.N.",
    ("21000000", "MXN"): "VEINTIÚN MILLONES DE PESOS 00/100 M.N.",
    ("1000000000", "MXN"): "MIL MILLONES DE PESOS 00/100 M.N.",
    ("1000000000000", "MXN"): "UN BILLÓN DE PESOS 00/100 M.N.",
    ("1", "USD"): "UN DÓLAR 00/100 USD",
    ("1500.75", "USD"): "MIL QUINIENTOS DÓLARES 75/100 USD",
    ("41", "EUR"): "CUARENTA Y UN EUROS 00/100 EUR",
    ("21", "CHF"): "VEINTIUNO 00/100 CHF",
    ("101", "CHF"): "CIENTO UNO 00/100 CHF",
}
ENGLISH = {
    ("0", "USD"): "ZERO DOLLARS 00/100 USD",
    ("1", "USD"): "ONE DOLLAR 00/100 USD",
    ("21001.50", "USD"): "TWENTY-ONE THOUSAND ONE DOLLARS 50/100 USD",
    ("208800", "MXN"): "TWO HUNDRED EIGHT THOUSAND EIGHT HUNDRED PESOS 00/100 MXN",
    ("1000000", "MXN"): "ONE MILLION PESOS 00/100 MXN",
    ("1116", "CHF"): "ONE THOUSAND ONE HUNDRED SIXTEEN 00/100 CHF",
}


@pytest.mark.parametrize(("amount", "words"), TABLE.items(), ids=[" ".join(key) for key in TABLE])
def test_spanish(amount: tuple[str, str], words: str) -> None:
    assert amount_in_words(Decimal(amount[0]), amount[1], "es-mx") == words


@pytest.mark.parametrize(("amount", "words"), ENGLISH.items(), ids=[" ".join(key) for key in ENGLISH])
def test_english(amount: tuple[str, str], words: str) -> None:
    assert amount_in_words(Decimal(amount[0]), amount[1], "en") == words


def test_what_is_no_claim_has_no_words() -> None:
    for amount in ("-0.01", "1000000000000000000"):
        with pytest.raises(ValueError, match="from 0 up"):
            amount_in_words(Decimal(amount), "MXN", "es-mx")


UNITS = {
    "cero": 0, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciséis": 16, "diecisiete": 17,
    "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiún": 21, "veintidós": 22, "veintitrés": 23,
    "veinticuatro": 24, "veinticinco": 25, "veintiséis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900, "y": 0,
}  # fmt: skip
SCALES = {"millón": 10**6, "millones": 10**6, "billón": 10**12, "billones": 10**12}


def read_spanish(words: str) -> int:
    total = thousands = group = 0
    for word in words.split():
        if word in SCALES:
            total += (thousands + group) * SCALES[word]
            thousands = group = 0
        elif word == "mil":
            thousands, group = (group or 1) * 1000, 0
        else:
            group += UNITS[word]
    return total + thousands + group


ENGLISH_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
ENGLISH_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}


def read_english(words: str) -> int:
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in ENGLISH_SCALES:
            total, group = total + group * ENGLISH_SCALES[word], 0
        elif word == "hundred":
            group *= 100
        else:
            group += ENGLISH_UNITS[word]
    return total + group


@given(st.integers(0, 10**18 - 1) | st.integers(0, 2_000_000))
def test_whoever_reads_the_words_gets_the_number(number: int) -> None:
    assert read_spanish(spanish_words(number)) == number
    assert read_english(english_words(number)) == number


def test_every_number_up_to_ten_thousand_reads_back() -> None:
    assert all(read_spanish(spanish_words(number)) == number for number in range(10_000))
    assert len({spanish_words(number) for number in range(10_000)}) == 10_000


@given(st.decimals("0", "9999999999999.99", places=2))
def test_cents_are_those_of_the_amount(amount: Decimal) -> None:
    words = amount_in_words(amount, "MXN", "es-mx")
    assert words.endswith(f" {str(amount)[-2:]}/100 M.N.")
