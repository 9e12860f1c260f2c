"""200 payments, changes and deletions at once on ten invoices; no sum and no status ever contradicts them."""

import random
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import Sum

from billing.actions import payments
from billing.actions.invoices import create_invoice, send_invoice
from billing.actions.payments import change_payment, create_payment, delete_payment
from billing.models import Invoice, InvoiceStatus, Payment, PaymentStatus
from crm.actions.contacts import create_contact
from leadercrm.core import tally
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.parallel import by_hands
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

INVOICES, OPERATIONS, THREADS = 10, 200, 12
ITEM = {"description": "A", "quantity": Decimal(1), "unit_price": Decimal(100), "tax_rate": Decimal(0)}
Operation = Callable[[], Any]


class Desk:
    """Ten invoices of 100, and many hands that take money for them, correct it and take it back."""

    def __init__(self, tenant: TestTenant) -> None:
        self.tenant, self.actor, self.outcomes = tenant, tenant.actor(), Counter[str]()
        with bind(tenant.bound):
            contact = create_contact({"first_name": "Ana"}, actor=self.actor)
            values = {"contact_id": contact.pk, "items": [ITEM]}
            self.invoices = [create_invoice(values, actor=self.actor).pk for _number in range(INVOICES)]
            for pk in self.invoices[::2]:
                send_invoice(Invoice.objects.get(pk=pk), actor=self.actor)

    def work(self, seed: int) -> None:
        chance = random.Random(seed)
        operations = [self._operation(chance) for _number in range(OPERATIONS)]
        by_hands([partial(self._attempt, operation) for operation in operations], THREADS)

    def _operation(self, chance: random.Random) -> Operation:
        invoice_id, amount = chance.choice(self.invoices), Decimal(chance.randrange(1, 4500)).scaleb(-2)
        status = chance.choice(PaymentStatus.values)
        return chance.choice(
            (
                *[partial(self._pay, invoice_id, amount)] * 3,
                partial(self._correct, invoice_id, {"amount": amount}, chance.random()),
                partial(self._correct, invoice_id, {"status": status}, chance.random()),
                partial(self._correct, invoice_id, {"invoice_id": chance.choice(self.invoices)}, chance.random()),
                partial(self._take_back, invoice_id, chance.random()),
            )
        )

    def _attempt(self, operation: Operation) -> None:
        try:
            with bind(self.tenant.bound):
                operation()
            self.outcomes["done"] += 1
        except DomainError as refusal:
            self.outcomes[refusal.code] += 1
        except DatabaseError:
            self.outcomes["database"] += 1

    def _pay(self, invoice_id: int, amount: Decimal) -> None:
        create_payment({"invoice_id": invoice_id, "amount": amount}, actor=self.actor)

    def _some(self, invoice_id: int, place: float) -> Payment | None:
        found = list(Payment.objects.filter(invoice_id=invoice_id))
        return found[int(place * len(found))] if found else None

    def _correct(self, invoice_id: int, values: dict[str, Any], place: float) -> None:
        payment = self._some(invoice_id, place)
        if payment is not None:
            change_payment(payment, values, actor=self.actor)

    def _take_back(self, invoice_id: int, place: float) -> None:
        payment = self._some(invoice_id, place)
        if payment is not None:
            delete_payment(payment, actor=self.actor)

    def contradictions(self) -> list[str]:
        with bind(self.tenant.bound):
            return [text for pk in self.invoices for text in contradictions(Invoice.objects.get(pk=pk))]


def contradictions(invoice: Invoice) -> list[str]:
    """Where an invoice says something else than its payments do."""
    completed = Payment.objects.filter(invoice=invoice, status=PaymentStatus.COMPLETED)
    paid = completed.aggregate(paid=Sum("amount"))["paid"] or Decimal(0)
    settled, draft = paid == invoice.total, invoice.status == InvoiceStatus.DRAFT
    found = {
        f"{invoice}: {paid} is paid of {invoice.total}": paid > invoice.total,
        f"{invoice}: says {invoice.amount_paid}, but {paid} is paid": paid != invoice.amount_paid,
        f"{invoice}: {invoice.status} with {paid} paid": settled != (invoice.status == InvoiceStatus.PAID),
        f"{invoice}: a draft with {paid} paid": draft and paid > 0,
        f"{invoice}: paid since {invoice.paid_at}": settled != (invoice.paid_at is not None),
    }
    return [text for text, wrong in found.items() if wrong]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_sum_and_no_status_contradicts_the_payments(live: TestTenant, seed: int) -> None:
    desk = Desk(live)
    desk.work(seed)
    assert desk.contradictions() == []
    assert desk.outcomes["database"] == 0, desk.outcomes
    assert desk.outcomes["done"] > OPERATIONS // 3, desk.outcomes
    assert desk.outcomes["overpayment"] > 5, desk.outcomes
    with bind(live.bound):
        assert tally.read("billing.payment")[1] == Payment.objects.count()


def test_control_without_the_invoices_lock_they_do(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(pk: int, contact_id: int) -> Invoice:
        invoice: Invoice = Invoice.objects.get(pk=pk)
        time.sleep(0.01)
        return invoice

    def goes_wrong(seed: int) -> bool:
        desk = Desk(live)
        desk.work(seed)
        return bool(desk.contradictions() or desk.outcomes["database"])

    monkeypatch.setattr(payments, "_locked", unlocked)
    # Seldom what comes later puts everything right again.
    assert any(map(goes_wrong, range(1, 6)))
