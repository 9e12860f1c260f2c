"""Money: the contract's vectors, and an oracle of fractions that shares no code with the module."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from leadercrm.core.money import LineTotals, document_totals, line_totals, round2, round6
from leadercrm.core.testing.processes import FULL

Line = tuple[Decimal, Decimal, Decimal, Decimal]  # quantity, unit price, discount %, tax %


def lines(*rows: tuple[str, str, str, str]) -> list[LineTotals]:
    return [made(*(Decimal(value) for value in row)) for row in rows]


def made(quantity: Decimal, price: Decimal, discount: Decimal, tax: Decimal) -> LineTotals:
    return line_totals(quantity, price, discount_percent=discount, tax_rate=tax)


@pytest.mark.parametrize(
    ("rows", "line_sums", "subtotal", "tax_total", "total"),
    [
        pytest.param([("120", "1500", "0", "16")], ["208800"], "180000", "28800", "208800", id="M1"),
        pytest.param(
            [("1", "250000", "0", "16"), ("80", "2500", "5", "16")],
            ["290000", "220400"],
            "440000",
            "70400",
            "510400",
            id="M2",
        ),
        pytest.param([("3", "33.335", "0", "16")], ["116.01"], "100.01", "16.00", "116.01", id="M5"),
        pytest.param([("1", "100", "100", "16")], ["0"], "0", "0", "0", id="M6"),
        pytest.param([("1", "100", "0", "0"), ("1", "100", "0", "8")], ["100", "108"], "200", "8", "208", id="M7"),
    ],
)
def test_vectors_of_the_contract(
    rows: list[Any], line_sums: list[str], subtotal: str, tax_total: str, total: str
) -> None:
    document = lines(*rows)
    assert [line.total for line in document] == [Decimal(value) for value in line_sums]
    sums = document_totals(document)
    assert (sums.subtotal, sums.tax_total, sums.total) == (Decimal(subtotal), Decimal(tax_total), Decimal(total))


def test_discount_total_is_what_the_discounts_took() -> None:
    sums = document_totals(lines(("1", "250000", "0", "16"), ("80", "2500", "5", "16")))
    assert sums.discount_total == Decimal(10_000)
    assert document_totals(lines(("1", "100", "100", "16"))).discount_total == Decimal(100)


def test_half_a_cent_goes_up_and_not_to_the_even_neighbour() -> None:
    assert [round2(Decimal(text)) for text in ("0.005", "0.015", "0.025", "100.005")] == [
        Decimal(text) for text in ("0.01", "0.02", "0.03", "100.01")
    ]


def test_unrounded_values_are_kept_to_six_decimals() -> None:
    [line] = lines(("3", "33.335", "0", "16"))
    assert (line.exact_gross, line.exact_net, line.exact_tax) == tuple(map(Decimal, ("100.005", "100.005", "16.0008")))
    assert round6(Decimal("0.0000005")) == Decimal("0.000001")


def test_a_document_without_lines_is_nothing() -> None:
    assert document_totals([]).total == 0


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        line_totals(Decimal(1), 0.1)  # type: ignore[arg-type]


def cents(value: Fraction) -> Fraction:
    """Half up, by whole numbers: the oracle's own rounding."""
    return Fraction((value * 100 * 2 + 1) // 2, 100)


def oracle(document: list[Line]) -> tuple[Fraction, ...]:
    """subtotal, discount_total, tax_total, total as section 5 of the contract has them, in fractions."""
    subtotal = tax_total = gross = Fraction()
    for quantity, price, discount, tax in (tuple(map(Fraction, line)) for line in document):
        net = cents(quantity * price * (1 - discount / 100))
        subtotal, tax_total, gross = subtotal + net, tax_total + cents(net * tax / 100), gross + cents(quantity * price)
    return subtotal, gross - subtotal, tax_total, subtotal + tax_total


def decimals(most: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=Decimal(most), places=places)


any_line = st.tuples(
    decimals("99999999.999999", 6) | decimals("100", 2),
    decimals("99999999.999999", 6) | decimals("1000", 3),
    st.just(Decimal(0)) | decimals("100", 2),
    st.sampled_from([Decimal(0), Decimal(8), Decimal(16)]) | decimals("100", 4),
)


@given(st.lists(any_line, max_size=6), st.randoms())
@budget(max_examples=100_000 if FULL else 600, deadline=None, database=None)
def test_totals_are_the_oracles(document: list[Line], chance: Any) -> None:
    sums = document_totals(made(*line) for line in document)
    ours = (sums.subtotal, sums.discount_total, sums.tax_total, sums.total)
    assert tuple(map(Fraction, ours)) == oracle(document)
    assert sums.total == sum(made(*line).total for line in document)
    assert all(value == round2(value) for value in ours)
    chance.shuffle(document)
    assert document_totals(made(*line) for line in document) == sums
