"""Figures of documents against an oracle of fractions that shares no code with ours: zero cents off."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billing.actions import lines
from billing.actions.lines import MOST_MONEY, price_items
from leadercrm.core import money
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.tenants import TestTenant

DOCUMENTS = 100_000 if FULL else 20_000
RATES = tuple(Decimal(rate) for rate in ("0", "8", "16", "16", "16", "10.666667", "4", "100"))
Item = dict[str, Any]


def some_decimal(chance: random.Random, digits: int, *, half_a_cent: bool = False) -> Decimal:
    """Up to so many digits before the point, and up to six after it; or one that ends on half a cent."""
    if half_a_cent:
        return Decimal(chance.randrange(10**6) * 10 + 5).scaleb(-3)
    places = chance.choice((0, 2, 2, 3, 4, 6))
    return Decimal(chance.randrange(10 ** (chance.randint(0, digits) + places))).scaleb(-places)


def some_items(chance: random.Random) -> list[Item]:
    half_a_cent = chance.random() < 0.3
    return [
        {
            "description": "A",
            "quantity": Decimal(1) if half_a_cent else some_decimal(chance, 5) or Decimal(1),
            "unit_price": some_decimal(chance, 6, half_a_cent=half_a_cent),
            "discount_percent": chance.choice((None, None, Decimal(5), Decimal(chance.randrange(10**8)).scaleb(-6))),
            "tax_rate": chance.choice(RATES),
        }
        for _line in range(chance.choice((1, 1, 2, 3, 7)))
    ]


def cents(value: Fraction) -> int:
    """Half up, by whole numbers."""
    return int((value * 200 + 1) // 2)


def oracle(items: list[Item]) -> tuple[list[int], int, int, int]:
    """Each line's total, then subtotal, taxes and discounts, in cents (contract, section 5)."""
    totals, subtotal, taxes, gross = [], 0, 0, 0
    for item in items:
        price = Fraction(item["quantity"]) * Fraction(item["unit_price"])
        net = cents(price * (100 - Fraction(item["discount_percent"] or 0)) / 100)
        tax = cents(Fraction(net, 100) * Fraction(item["tax_rate"]) / 100)
        totals.append(net + tax)
        subtotal, taxes, gross = subtotal + net, taxes + tax, gross + cents(price)
    return totals, subtotal, taxes, gross - subtotal


def disagreements(seed: int, documents: int) -> int:
    """How many of so many random documents come to other figures than the oracle's."""
    chance, wrong = random.Random(seed), 0
    for _number in range(documents):
        items = some_items(chance)
        try:
            rows, sums = price_items(items, "MXN")
        except DomainError:
            assert sum(oracle(items)[0]) > MOST_MONEY * 100
            continue
        lines_, subtotal, taxes, discounts = oracle(items)
        ours = [sums[name] for name in ("subtotal", "tax_total", "discount_total", "total")]
        theirs = [Decimal(value).scaleb(-2) for value in (subtotal, taxes, discounts, subtotal + taxes)]
        wrong += ours != theirs or [row["total"] for row in rows] != [Decimal(one).scaleb(-2) for one in lines_]
    return wrong


def test_no_document_is_a_cent_off(alfa: TestTenant) -> None:
    assert disagreements(1, DOCUMENTS) == 0


def test_control_rounding_to_even_is_noticed(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money.EXACT, "rounding", "ROUND_HALF_EVEN")
    assert disagreements(1, 500) > 10


def test_control_tax_before_the_discount_is_noticed(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def taxed_first(row: Item) -> money.LineTotals:
        rate, part = row["tax_rate"] / 100, (100 - row["discount_percent"]) / 100
        gross = row["quantity"] * row["unit_price"]
        net, tax = money.round2(gross * part), money.round2(gross * rate)
        return money.LineTotals(money.round2(gross), net, tax, gross, net, tax)

    monkeypatch.setattr(lines, "_sums", taxed_first)
    assert disagreements(1, 500) > 10


@pytest.mark.parametrize("kind", ["quotes", "invoices"])
def test_answer_and_database_have_the_oracles_figures(api: Api, kind: str) -> None:
    contact, chance = api.post("/contacts", {"first_name": "A"}).data["id"], random.Random(2)
    for _number in range(40):
        items = some_items(chance)
        sent = [{name: str(value) if value is not None else None for name, value in item.items()} for item in items]
        made = api.post(f"/{kind}", {"contact_id": contact, "items": sent})
        assert made.status == 201, made
        totals, subtotal, taxes, discounts = oracle(items)
        for shown in (made.data, api.get(f"/{kind}/{made.data['id']}").data):
            figures = [shown[name] for name in ("subtotal", "tax_total", "discount_total", "total")]
            assert [round(figure * 100) for figure in figures] == [subtotal, taxes, discounts, subtotal + taxes]
            assert [round(line["total"] * 100) for line in shown["items"]] == totals
            assert [Decimal(str(line["quantity"])) for line in shown["items"]] == [item["quantity"] for item in items]
