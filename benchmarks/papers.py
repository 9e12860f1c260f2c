"""Invoices of two years with three lines each, as the product's own money module adds them up."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from benchmarks.names import SURNAMES
from billing.models import Invoice, InvoiceItem, InvoiceStatus
from leadercrm.core.money import LineTotals, document_totals, line_totals

LINES = (
    ("Hora de consultoría", Decimal(12), Decimal(1500)),
    ("Licencia anual por usuario", Decimal(8), Decimal("2399.90")),
    ("Póliza de soporte", Decimal(1), Decimal(18000)),
)
TAX_RATE = Decimal(16)
DAYS = 730
STATUSES, WEIGHTS = (InvoiceStatus.DRAFT, InvoiceStatus.SENT, InvoiceStatus.PAID), (5, 15, 80)


def _lines() -> list[LineTotals]:
    return [
        line_totals(quantity, price, discount_percent=Decimal(0), tax_rate=TAX_RATE) for _, quantity, price in LINES
    ]


def make_invoices(
    most: int, owners: Sequence[int], contacts: Sequence[int], chance: random.Random
) -> Iterator[Invoice]:
    """That many invoices, the oldest first, not saved. Nobody has paid a part of one."""
    now, totals = timezone.now(), asdict(document_totals(_lines()))
    for number in range(most):
        created = now - timedelta(days=DAYS) * (1 - number / most)
        status = chance.choices(STATUSES, WEIGHTS)[0]
        issued = None if status == InvoiceStatus.DRAFT else created
        due = issued and issued + timedelta(days=30)
        paid = status == InvoiceStatus.PAID
        invoice = Invoice(
            number=f"FAC-{number + 1:06d}",
            status=status,
            contact_id=chance.choice(contacts),
            contact_name=f"Ana {chance.choice(SURNAMES)}",
            owner_id=chance.choice(owners),
            **totals,
            amount_paid=totals["total"] if paid else 0,
            issued_at=issued,
            due_at=due,
            due_on=due and due.date(),
            paid_at=due if paid else None,
            created_at=created,
            updated_at=created,
        )
        invoice.derive()
        yield invoice


def make_invoice_lines(invoices: Sequence[int]) -> Iterator[InvoiceItem]:
    """The lines of all invoices."""
    lines = [*enumerate(zip(LINES, _lines(), strict=True))]
    for invoice in invoices:
        for place, ((description, quantity, price), sums) in lines:
            yield InvoiceItem(
                invoice_id=invoice,
                position=place,
                description=description,
                quantity=quantity,
                unit_price=price,
                tax_rate=TAX_RATE,
                net=sums.net,
                tax=sums.tax,
                total=sums.total,
                exact_gross=sums.exact_gross,
                exact_net=sums.exact_net,
                exact_tax=sums.exact_tax,
            )
