"""Text made comparable: folding, phones in every notation, search patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadercrm.core.text import fold, is_known_phone, like_pattern, phone_digits, search_patterns, search_text

MEXICAN = (
    "5512345678", "55 1234 5678", "(55) 1234-5678", "55-1234-5678", "55.1234.5678", " 55 12 34 56 78 ",
    "+52 55 1234 5678", "+525512345678", "52 55 1234 5678", "0052 55 1234 5678", "+52 (55) 1234 5678",
    "+521 55 1234 5678", "+52 1 55 1234 5678", "+52 (1) 55 1234 5678", "5215512345678", "00521 55 1234 5678",
    "1 55 1234 5678", "044 55 1234 5678", "0445512345678", "045 55 1234 5678", "01 55 1234 5678", "01 (55) 1234-5678",
    "+52 01 55 1234 5678", "+52 044 55 1234 5678", "55 1234 5678 ext. 12", "55 1234 5678 x12", "(55) 1234-5678 #1234",
    "55 1234 5678 Ext 5", "Tel. 55 1234 5678", "tel:+52-55-1234-5678", "Fax: 55 1234 5678",
    "\uff15\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "+52\u00a055\u20111234\u20115678",
)  # fmt: skip


@pytest.mark.parametrize("text", MEXICAN)
def test_a_mexican_number_is_one_in_all_notations(text: str) -> None:
    assert phone_digits(text) == "525512345678"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+1 (555) 123-4567", "15551234567"),
        ("001 555 123 4567", "15551234567"),
        ("+1 555 123 4567 ext 9", "15551234567"),
        ("+34 612 345 678", "34612345678"),
        ("0034 612 345 678", "34612345678"),
        ("+44 20 7946 0958", "442079460958"),
        ("+502 2345 6789", "50223456789"),
        ("+57 300 1234567", "573001234567"),
        ("5255123456", "525255123456"),  # ten digits that begin like the country
        ("52 5255 1234 56", "525255123456"),
        ("0155123456", "520155123456"),
        ("01-800-123-4567", "528001234567"),
        ("1234567", "1234567"),
        ("12345678", "12345678"),
        ("+52 55 1234", "52551234"),
        ("123456", ""),
        ("+1 23", ""),
        ("", ""),
        ("sin teléfono", ""),
        ("٥٥١٢٣٤٥٦٧٨", ""),
    ],
)
def test_other_numbers_keep_their_digits(text: str, digits: str) -> None:
    assert phone_digits(text) == digits


@given(st.text(max_size=60))
def test_any_text_has_ascii_digits_or_none(text: str) -> None:
    digits = phone_digits(text)
    assert digits == "" or (digits.isascii() and digits.isdigit() and len(digits) >= 7)


@given(st.text(max_size=60))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_known_phones() -> None:
    assert is_known_phone("525512345678")
    assert not is_known_phone("1234567")
    assert not is_known_phone("")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  José  ÁNGEL ", "jose angel"), ("Ñandú", "nandu"), ("GÜERO", "guero"), ("Straße", "strasse"), ("\t\n", "")],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_wildcards_are_plain_characters() -> None:
    assert like_pattern("100%_\\") == "100\\%\\_\\\\"
    assert search_patterns("50% a_b \\") == ["%50\\%%", "%a\\_b%", "% \\\\%"]


@pytest.mark.parametrize(
    ("query", "patterns"),
    [
        ("García López", ["%garcia%", "%lopez%"]),
        ("jo", ["% jo%"]),
        ("ñ", ["% n%"]),
        ("  ", []),
        ("+52 55 1234 5678", ["%5512345678%"]),
        ("044 55 1234 5678", ["%5512345678%"]),
        ("+1 555 123 4567", ["%15551234567%"]),
        ("555 123 4567", ["%5551234567%"]),
        ("1234 5678", ["%12345678%"]),
        ("044 55 1234", ["%551234%"]),
        ("+521 55 1234", ["%551234%"]),
        ("850101", ["%850101%"]),
        ("123", ["%123%"]),
    ],
)
def test_search_patterns(query: str, patterns: list[str]) -> None:
    assert search_patterns(query) == patterns


def test_search_text_puts_each_word_after_a_space() -> None:
    assert search_text("José  Núñez", "", "a@b.mx") == " jose nunez a@b.mx"
