"""The one place where money is rounded: Decimal, half up, line by line (contract, section 5).

A total is the sum of its rounded lines, so that what is printed always adds up. Tax is taken on the
discounted base. The unrounded values are kept beside, to six decimals: a CFDI shows its concepts
with up to six.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

CENT = Decimal("0.01")
MICRO = Decimal("0.000001")
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")
# Quantity, price and both percentages have at most 60 digits together: nothing is lost before the rounding.
EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


def round2(value: Decimal) -> Decimal:
    """`value` to the cent, half away from zero."""
    return value.quantize(CENT, context=EXACT)


def round6(value: Decimal) -> Decimal:
    """`value` to six decimals, half away from zero."""
    return value.quantize(MICRO, context=EXACT)


@dataclass(frozen=True)
class LineTotals:
    """What one line comes to. `net` is after the discount and before tax; `gross` before the discount."""

    gross: Decimal
    net: Decimal
    tax: Decimal
    exact_gross: Decimal
    exact_net: Decimal
    exact_tax: Decimal

    @property
    def total(self) -> Decimal:
        """What the line costs, tax included (A-25)."""
        return self.net + self.tax


@dataclass(frozen=True)
class DocumentTotals:
    """Sums of the lines: subtotal + tax_total = total, and subtotal + discount_total = the CFDI's SubTotal."""

    subtotal: Decimal
    discount_total: Decimal
    tax_total: Decimal
    total: Decimal


def line_totals(
    quantity: Decimal,
    unit_price: Decimal,
    *,
    discount_percent: Decimal = ZERO,
    tax_rate: Decimal = ZERO,
) -> LineTotals:
    """What a line comes to. Percentages are 0 to 100; Decimals only: a float has lost its cents already.

    The tax is that of the rounded net, as the line prints it.
    """
    for value in (quantity, unit_price, discount_percent, tax_rate):
        if not isinstance(value, Decimal):
            raise TypeError(f"money is Decimal, not {type(value).__name__}")
    with localcontext(EXACT):
        gross = quantity * unit_price
        net = gross * (HUNDRED - discount_percent) / HUNDRED
        rounded_net = round2(net)
        tax = rounded_net * tax_rate / HUNDRED
        return LineTotals(
            gross=round2(gross),
            net=rounded_net,
            tax=round2(tax),
            exact_gross=round6(gross),
            exact_net=round6(net),
            exact_tax=round6(net * tax_rate / HUNDRED),
        )


def document_totals(lines: Iterable[LineTotals]) -> DocumentTotals:
    """The sums of a document's lines; their order is of no account."""
    lines = list(lines)
    with localcontext(EXACT):
        subtotal = sum((line.net for line in lines), ZERO)
        tax_total = sum((line.tax for line in lines), ZERO)
        gross = sum((line.gross for line in lines), ZERO)
        return DocumentTotals(subtotal, gross - subtotal, tax_total, subtotal + tax_total)


SYMBOLS = {"EUR": "€", "GBP": "£", "JPY": "¥", "BRL": "R$"}
# Pesos and dollars.
DOLLAR_SIGN = frozenset("MXN USD CAD AUD NZD ARS CLP COP UYU DOP HKD SGD".split())  # noqa: SIM905 - read as a table


def money_text(value: Decimal, currency: str, *, code: bool = True) -> str:
    """`$1,234.56 MXN`, as Mexico and English write it; `-$0.50 MXN`; without `code`, `$1,234.56`.

    Shows two decimals, and as many more, up to six, as a unit price has: what is printed is never
    rounded further than what was calculated with.
    """
    sign = "-" if value < 0 else ""
    symbol = "$" if currency in DOLLAR_SIGN else SYMBOLS.get(currency, "")
    return f"{sign}{symbol}{number_text(abs(value), least=2)}{f' {currency}' if code else ''}"


def number_text(value: Decimal, *, least: int = 0) -> str:
    """`1,234.5`: thousands apart, no zeros at the end beyond `least` decimals, six decimals at most."""
    whole, _, decimals = f"{round6(value):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole
