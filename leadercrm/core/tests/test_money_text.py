"""Figures as people read them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadercrm.core.money import money_text, number_text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("208800", "MXN", "$208,800.00 MXN"),
        ("1234567.5", "USD", "$1,234,567.50 USD"),
        ("0", "MXN", "$0.00 MXN"),
        ("-0.5", "MXN", "-$0.50 MXN"),
        ("-1234.56", "EUR", "-€1,234.56 EUR"),
        ("12.5", "CHF", "12.50 CHF"),
        ("1234.567891", "MXN", "$1,234.567891 MXN"),
        ("9999999999999.99", "MXN", "$9,999,999,999,999.99 MXN"),
    ],
)
def test_money(value: str, currency: str, text: str) -> None:
    assert money_text(Decimal(value), currency) == text


@pytest.mark.parametrize(
    ("value", "text"), [("25", "25"), ("25.000000", "25"), ("1.125", "1.125"), ("1000", "1,000"), ("100", "100")]
)
def test_numbers(value: str, text: str) -> None:
    assert number_text(Decimal(value)) == text


@given(st.decimals("-9999999999999.99", "9999999999999.99", places=2))
def test_what_is_printed_is_the_amount_to_the_cent(value: Decimal) -> None:
    text = money_text(value, "MXN", code=False)
    assert Decimal(text.replace("$", "").replace(",", "")) == value
    assert text[-3] == "."
