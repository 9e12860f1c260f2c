"""The lines of a document: priced, summed and written. Nothing else writes a figure of a document."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.holding import products_by_id
from billing.models import Product
from billing.models.documents import PricedDocument, TaxFactor
from billing.terms import terms
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from leadercrm.core.money import HUNDRED, ZERO, LineTotals, document_totals, line_totals

Item = Mapping[str, Any]
Row = dict[str, Any]
Errors = dict[str, list[Any]]

MOST_LINES = 200
# Figures up to here are exact in the floating-point numbers that clients read JSON into.
MOST_MONEY = Decimal("9999999999999.99")

# Column of a line -> its type in PostgreSQL; one statement writes any number of lines.
LINE_TYPES = {
    "position": "smallint", "product_id": "bigint", "description": "text", "quantity": "numeric",
    "unit_price": "numeric", "discount_percent": "numeric", "tax_rate": "numeric", "tax_factor": "text",
    "sat_product_key": "text", "sat_unit_key": "text", "net": "numeric", "tax": "numeric", "total": "numeric",
    "exact_gross": "numeric", "exact_net": "numeric", "exact_tax": "numeric",
}  # fmt: skip
REQUIRED = _("This field is required.")


def price_items(
    items: Iterable[Item], currency: str, *, named: Collection[int] = ()
) -> tuple[list[Row], dict[str, Decimal]]:
    """The rows of a document's lines, and its `subtotal`, `discount_total`, `tax_total` and `total`.

    What a line does not say, its product does, and the tenant's terms say the tax rate of the rest
    (A-24). Refuses, on `items.N.field`, what neither says, what is out of bounds, and a product that
    is not there or whose price is in another currency. A product that the document has `named` before
    may be gone since: its lines stay.
    """
    items = list(items)
    _refuse_number_of(items)
    products = products_by_id({item["product_id"] for item in items if item.get("product_id") is not None}, named)
    errors: Errors = {}
    filled = [_filled(item, products, currency, f"items.{place}", errors) for place, item in enumerate(items)]
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors)
    sums = [_sums(row) for row in filled]
    totals = document_totals(sums)
    if totals.total > MOST_MONEY or totals.discount_total > MOST_MONEY:
        raise DomainError(_("The document's total is too large."), field="items", code="out_of_range")
    return [_row(place, row, line) for place, (row, line) in enumerate(zip(filled, sums, strict=True))], asdict(totals)


def _refuse_number_of(items: list[Item]) -> None:
    if not items:
        raise DomainError(_("Must have at least one line."), field="items")
    if len(items) > MOST_LINES:
        raise DomainError(_("Must have at most %(most)s entries.") % {"most": MOST_LINES}, field="items")


def _filled(item: Item, products: Mapping[int, Product], currency: str, path: str, errors: Errors) -> Row:
    """One line with what its product and the tenant's terms say for it; what is wrong goes into `errors`."""
    product_id = item.get("product_id")
    product = products.get(product_id) if product_id is not None else None
    row = {name: item.get(name) for name in (*PREFILLED, "quantity", "discount_percent", "product_id")}
    if product_id is not None and product is None:
        errors[f"{path}.product_id"] = [_("There is no product with this id.")]
        return row
    if product is not None:
        _prefill(row, product, currency, path, errors)
    factor = row["tax_factor"] = row["tax_factor"] or TaxFactor.RATE.value
    if row["tax_rate"] is None:
        row["tax_rate"] = terms().tax_rate if factor == TaxFactor.RATE else ZERO
    row["discount_percent"] = row["discount_percent"] or ZERO
    _check(row, path, errors)
    return row


PREFILLED = ("description", "unit_price", "tax_rate", "tax_factor", "sat_product_key", "sat_unit_key")


def _prefill(row: Row, product: Product, currency: str, path: str, errors: Errors) -> None:
    if row["unit_price"] is None and product.currency != currency:
        message = _("The product's price is in %(other)s: give the price in %(currency)s.")
        errors[f"{path}.unit_price"] = [message % {"other": product.currency, "currency": currency}]
    # The product's rate belongs to the product's factor: a line with another one has its own, or the terms'.
    alike = row["tax_factor"] in (None, product.tax_factor)
    for name in PREFILLED:
        if row[name] in (None, "") and (alike or name != "tax_rate"):
            row[name] = product.name if name == "description" else getattr(product, name)


def _check(row: Row, path: str, errors: Errors) -> None:
    for name in ("description", "quantity", "unit_price"):
        if row[name] in (None, ""):
            errors.setdefault(f"{path}.{name}", [REQUIRED])
    wrong = {
        "quantity": row["quantity"] is not None and row["quantity"] <= 0 and _("Must be greater than 0."),
        "unit_price": row["unit_price"] is not None and row["unit_price"] < 0 and _("Must not be negative."),
        "tax_rate": not 0 <= row["tax_rate"] <= HUNDRED and _("Must be between 0 and 100."),
        "discount_percent": not 0 <= row["discount_percent"] <= HUNDRED and _("Must be between 0 and 100."),
    }
    if row["tax_factor"] != TaxFactor.RATE and row["tax_rate"] != 0:
        wrong["tax_rate"] = _("A line that is exempt or not subject to tax has no rate.")
    for name, message in wrong.items():
        if message:
            errors.setdefault(f"{path}.{name}", [message])


def _sums(row: Row) -> LineTotals:
    return line_totals(
        row["quantity"], row["unit_price"], discount_percent=row["discount_percent"], tax_rate=row["tax_rate"]
    )


def _row(place: int, row: Row, line: LineTotals) -> Row:
    return {
        **row,
        "position": place,
        "net": line.net,
        "tax": line.tax,
        "total": line.total,
        "exact_gross": line.exact_gross,
        "exact_net": line.exact_net,
        "exact_tax": line.exact_tax,
    }


def write_lines(document: PricedDocument, rows: list[Row]) -> None:
    """Write the lines of a document: one statement, however many they are.

    A document that is not written yet gets its id by it. Its row has to follow until the commit, when PostgreSQL
    looks whether the lines have their document.
    """
    name = document._meta.model_name
    columns = ", ".join(LINE_TYPES)
    places = ", ".join(f"%s::{kind}[]" for kind in LINE_TYPES.values())
    written = connection.run_kept(
        f"""WITH document AS MATERIALIZED (
                SELECT coalesce(%s::bigint, nextval(pg_get_serial_sequence('billing_{name}', 'id'))) AS id
            )
            INSERT INTO billing_{name}item ({name}_id, {columns})
            SELECT document.id, line.* FROM document, unnest({places}) AS line RETURNING {name}_id""",  # noqa: S608
        [document.pk, *([row[column] for row in rows] for column in LINE_TYPES)],
    )
    document.pk = written[0][0] if written else document.pk


def replace_lines(document: Any, rows: list[Row]) -> list[Row] | None:
    """Put `rows` in the place of a document's lines; the former lines, or None if they are the same."""
    lines: models.QuerySet[Any] = document.items.order_by("position")
    former: list[Row] = [*lines.values(*LINE_TYPES)]
    if former == rows:
        return None
    lines.delete()
    write_lines(document, rows)
    return former


def as_json(rows: Iterable[Row]) -> list[Row]:
    """Lines as an audit entry keeps them."""
    return [{name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()} for row in rows]
