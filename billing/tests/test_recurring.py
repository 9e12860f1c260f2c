"""Invoices that are made again and again: on their days, each once, until they end or cannot be made."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.actions import keeping
from billing.actions import recurring as module
from billing.actions.keeping import make_recurring
from billing.actions.products import create_product, delete_product
from billing.actions.recurring import create_recurring_invoice, make_due_invoice, months_later
from billing.models import Invoice, RecurringInvoice
from crm.actions.contacts import create_contact, delete_contact
from crm.actions.deals import delete_deal
from crm.models import Contact, Deal, Stage
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.errors import Unavailable
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.parallel import in_parallel, read_together
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind

ITEM = {"description": "Iguala", "quantity": Decimal(1), "unit_price": Decimal("1500.25"), "tax_rate": Decimal(16)}


def a_recurrence(tenant: TestTenant, **values: Any) -> RecurringInvoice:
    contact = create_contact({"first_name": "Ana", "emails": [{"email": "ana@x.mx"}]}, actor=tenant.actor())
    start = {"title": "Iguala", "contact_id": contact.pk, "items": [ITEM], "next_on": date(2025, 1, 31)}
    return create_recurring_invoice({**start, **values}, actor=tenant.actor())


def run(today: date) -> None:
    make_recurring(today, Actor.system())


def test_missed_months_are_made_up_for_each_once(alfa: TestTenant) -> None:
    made = a_recurrence(alfa, notes="Gracias")
    run(date(2025, 1, 30))
    assert not Invoice.objects.exists()
    run(date(2025, 4, 15))
    days = Invoice.objects.order_by("pk").values_list("recurrence_on", "number", "status", "total", "notes")
    assert list(days) == [
        (date(2025, 1, 31), "FAC-000001", "draft", Decimal("1740.29"), "Gracias"),
        (date(2025, 2, 28), "FAC-000002", "draft", Decimal("1740.29"), "Gracias"),
        (date(2025, 3, 31), "FAC-000003", "draft", Decimal("1740.29"), "Gracias"),
    ]
    made.refresh_from_db()
    assert (made.next_on, made.is_active) == (date(2025, 4, 30), True)
    assert Invoice.objects.first().owner_id == alfa.users["admin"]  # type: ignore[union-attr]
    with untouched():
        run(date(2025, 4, 29))


@pytest.mark.parametrize(
    ("day", "months", "anchor", "later"),
    [
        (date(2025, 1, 31), 1, 31, date(2025, 2, 28)), (date(2025, 2, 28), 1, 31, date(2025, 3, 31)),
        (date(2024, 1, 31), 1, 31, date(2024, 2, 29)), (date(2025, 12, 15), 1, 15, date(2026, 1, 15)),
        (date(2025, 11, 30), 3, 30, date(2026, 2, 28)), (date(2025, 6, 1), 12, 1, date(2026, 6, 1)),
        (date(2025, 12, 1), 60, 1, date(2030, 12, 1)),
    ],
)  # fmt: skip
def test_the_day_of_the_month_is_the_one_that_was_meant(day: date, months: int, anchor: int, later: date) -> None:
    assert months_later(day, months, anchor) == later


def test_those_that_send_themselves_are_issued_and_mailed(alfa: TestTenant) -> None:
    a_recurrence(alfa, auto_send=True)
    run(date(2025, 1, 31))
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.sends) == ("sent", 1)
    assert WorkItem.objects.filter(task="billing.send_invoice", arguments__document_id=invoice.pk).count() == 1


def test_it_ends_on_its_day(alfa: TestTenant) -> None:
    made = a_recurrence(alfa, every_months=2, ends_on=date(2025, 5, 31))
    run(date(2026, 1, 1))
    assert list(Invoice.objects.order_by("pk").values_list("recurrence_on", flat=True)) == [
        date(2025, 1, 31), date(2025, 3, 31), date(2025, 5, 31),
    ]  # fmt: skip
    made.refresh_from_db()
    assert made.is_active is False


def test_what_can_no_longer_be_made_stops_and_says_why(alfa: TestTenant) -> None:
    made, other = a_recurrence(alfa), a_recurrence(alfa)
    delete_contact(Contact.objects.get(pk=made.contact_id), actor=alfa.actor())
    run(date(2025, 1, 31))
    made.refresh_from_db()
    assert made.is_active is False
    assert [invoice.contact_id for invoice in Invoice.objects.all()] == [other.contact_id]
    entry = AuditEntry.objects.get(action="recurring_invoice.stopped")
    assert (entry.object_id, entry.changes["is_active"]) == (made.pk, [True, False])
    assert entry.changes["reason"]
    with untouched():
        run(date(2025, 1, 31))


def test_a_product_that_is_gone_stops_it_and_its_owner_is_told(alfa: TestTenant) -> None:
    product = create_product({"name": "Iguala", "unit_price": Decimal(10), "sku": "I"}, actor=alfa.actor())
    made = a_recurrence(alfa, items=[{"product_id": product.pk, "quantity": Decimal(1)}])
    run(date(2025, 1, 31))
    delete_product(product, actor=alfa.actor())
    for _hour in range(2):
        run(date(2025, 2, 28))
    made.refresh_from_db()
    assert (made.is_active, made.next_on, Invoice.objects.count()) == (False, date(2025, 2, 28), 1)
    [told] = Notification.objects.filter(type="recurring_stopped")
    assert (told.user_id, told.url) == (alfa.users["admin"], f"/recurring-invoices/{made.pk}")
    assert told.body == "La factura «Iguala» de Ana ya no se genera: No hay ningún producto con este id."


def test_a_deal_that_is_gone_and_an_owner_who_has_left_stop_nothing(alfa: TestTenant) -> None:
    stage = Stage.objects.order_by("pk")[0]
    deal = Deal.objects.create(name="A", pipeline_id=stage.pipeline_id, stage=stage, owner_id=alfa.users["sales"])
    made = a_recurrence(alfa, deal_id=deal.pk, owner_id=alfa.users["sales"])
    delete_deal(deal, actor=alfa.actor())
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
    run(date(2025, 1, 31))
    invoice = Invoice.objects.get(recurrence=made)
    assert (invoice.deal_id, invoice.owner_id, invoice.contact_id) == (None, None, made.contact_id)


def test_what_is_busy_is_made_in_the_next_hour(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise Unavailable

    made = a_recurrence(alfa)
    monkeypatch.setattr(keeping, "make_due_invoice", busy)
    with untouched():
        run(date(2025, 1, 31))
    monkeypatch.undo()
    run(date(2025, 1, 31))
    assert Invoice.objects.get().recurrence_id == made.pk


def test_prices_are_those_that_were_agreed(alfa: TestTenant) -> None:
    """Decimals come out of the database as they were sent."""
    item = {**ITEM, "quantity": Decimal("0.333333"), "unit_price": Decimal("0.015"), "discount_percent": Decimal("2.5")}
    a_recurrence(alfa, items=[item])
    run(date(2025, 1, 31))
    line = Invoice.objects.get().items.get()
    assert (line.quantity, line.unit_price, line.discount_percent) == (
        item["quantity"], item["unit_price"], item["discount_percent"],
    )  # fmt: skip


def made_at_once(live: TestTenant) -> int:
    with bind(live.bound):
        made = a_recurrence(live)

    def make() -> None:
        with bind(live.bound):
            make_due_invoice(made, today=date(2025, 2, 1), actor=Actor.system())

    in_parallel([make] * 5)
    with bind(live.bound):
        return Invoice.objects.filter(recurrence=made).count()


def test_keepers_at_once_make_one_invoice(live: TestTenant) -> None:
    assert made_at_once(live) == 1


def test_control_without_the_lock_only_the_database_stops_the_second(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "lock", read_together(5))
    with pytest.raises(Exception, match="invoice_recurs_once"):
        made_at_once(live)
