"""What the books do by themselves: overdue invoices, reminders, ends of contracts; each once."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from billing.actions import keeping
from billing.actions.contracts import create_contract, sign_contract
from billing.actions.invoices import change_invoice, create_invoice, send_invoice
from billing.actions.keeping import keep_books
from billing.actions.payments import create_payment
from billing.models import Contract, Invoice, InvoiceReminder
from crm.actions.contacts import create_contact
from leadercrm.core.actor import Actor
from leadercrm.core.clock import moment_of
from leadercrm.core.errors import Unavailable
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.parallel import in_parallel, read_together
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind

DUE = date(2026, 5, 20)
ITEM = {"description": "A", "quantity": Decimal(1), "unit_price": Decimal(100), "tax_rate": Decimal(16)}
Clock = Callable[[str], None]


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Sets the time, which then stands still."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield lambda moment: traveller.move_to(datetime.fromisoformat(moment), tick=False)


def invoice_due(tenant: TestTenant, due: date = DUE) -> Invoice:
    """One that was sent to somebody with an address."""
    actor = tenant.actor()
    contact = create_contact({"first_name": "Ana", "emails": [{"email": "ana@x.mx"}]}, actor=actor)
    values = {"contact_id": contact.pk, "items": [ITEM], "due_at": moment_of(due)}
    return send_invoice(create_invoice(values, actor=actor), actor=actor)


def keep() -> None:
    keep_books(actor=Actor.system())


def status(row: Any) -> str:
    found: str = type(row).objects.get(pk=row.pk).status
    return found


def test_an_invoice_is_overdue_when_its_day_is_over_where_the_tenant_is(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice = invoice_due(alfa)
    clock("2026-05-21T05:30:00+00:00")  # half past eleven at night in Mexico City
    keep()
    assert status(invoice) == "sent"
    clock("2026-05-21T06:30:00+00:00")
    keep()
    assert status(invoice) == "overdue"
    [told] = Notification.objects.filter(type="invoice_overdue")
    assert (told.user_id, told.url) == (alfa.users["admin"], f"/invoices/{invoice.pk}")
    assert "$116.00 MXN" in told.body
    with untouched():
        keep()


@pytest.mark.parametrize(
    ("zone", "late"), [("America/Mexico_City", False), ("America/Tijuana", False), ("Europe/Madrid", True)]
)
def test_days_are_those_of_the_tenants_zone(alfa: TestTenant, clock: Clock, zone: str, late: bool) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice = invoice_due(alfa)
    alfa.row.settings = {"timezone": zone}
    clock("2026-05-20T22:30:00+00:00")
    with unbound(), bind(alfa.bound):
        keep()
        assert (status(invoice) == "overdue") == late
    alfa.row.settings = {}


@pytest.mark.parametrize(
    ("due", "still", "over"),
    [
        (date(2026, 3, 7), "2026-03-08T07:59:00+00:00", "2026-03-08T08:01:00+00:00"),
        (date(2026, 3, 8), "2026-03-09T06:59:00+00:00", "2026-03-09T07:01:00+00:00"),
        (date(2026, 10, 31), "2026-11-01T06:59:00+00:00", "2026-11-01T07:01:00+00:00"),
        (date(2026, 11, 1), "2026-11-02T07:59:00+00:00", "2026-11-02T08:01:00+00:00"),
    ],
    ids=["before a day of 23 hours", "such a day", "before a day of 25 hours", "such a day "],
)
def test_days_end_at_their_midnight_when_clocks_change(
    alfa: TestTenant, clock: Clock, due: date, still: str, over: str
) -> None:
    """Tijuana goes with California. Readers and the books see the same minute."""
    clock("2026-03-01T16:00:00+00:00")
    alfa.row.settings = {"timezone": "America/Tijuana"}
    with unbound(), bind(alfa.bound):
        invoice = invoice_due(alfa, due)
        for moment, status_then in ((still, "sent"), (over, "overdue")):
            clock(moment)
            keep()
            assert status(invoice) == status_then
    alfa.row.settings = {}


def reminded() -> list[int]:
    """The days of the reminders whose mails were asked for, in order."""
    arguments = WorkItem.objects.filter(task="billing.send_reminder").order_by("id").values_list("arguments", flat=True)
    return [int(each["sending"].partition(".")[2]) for each in arguments]


def walk(clock: Clock, first: int, last: int, *, hours: tuple[int, ...] = (7, 14, 15, 23)) -> None:
    """Keep the books at these hours, UTC, of each day from `first` to `last`, counted from DUE."""
    for days in range(first, last + 1):
        for hour in hours:
            clock(f"{DUE + timedelta(days=days)}T{hour:02d}:30:00+00:00")
            keep()


def test_reminders_follow_the_schedule_each_once(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice_due(alfa)
    walk(clock, -5, -4)
    assert reminded() == []
    walk(clock, -3, 12)
    assert reminded() == [-3, 1, 7]
    assert InvoiceReminder.objects.count() == 3


def test_reminders_go_out_in_the_morning(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice_due(alfa)
    clock("2026-05-17T13:59:00+00:00")  # a minute before eight
    keep()
    assert reminded() == []
    clock("2026-05-17T14:00:00+00:00")
    keep()
    assert reminded() == [-3]


def test_a_stopped_server_makes_up_for_the_last_days_only(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice_due(alfa)
    walk(clock, 9, 9)
    assert reminded() == [7]
    invoice_due(alfa, DUE + timedelta(days=15))
    walk(clock, 14, 14)
    assert reminded() == [7, -3]
    walk(clock, 30, 30)
    assert reminded() == [7, -3]


def test_a_new_due_date_has_reminders_of_its_own(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice = invoice_due(alfa)
    walk(clock, -3, -3)
    change_invoice(invoice, {"due_at": moment_of(DUE + timedelta(days=10))}, actor=alfa.actor())
    walk(clock, -2, 12)
    assert reminded() == [-3, -3, 1]


def test_what_is_paid_or_draft_or_sent_too_late_is_not_reminded_of(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    paid = invoice_due(alfa)
    create_payment({"invoice_id": paid.pk, "amount": Decimal(116)}, actor=alfa.actor())
    draft = {"contact_id": paid.contact_id, "items": [ITEM], "due_at": moment_of(DUE)}
    create_invoice(draft, actor=alfa.actor())
    walk(clock, -3, 8)
    assert reminded() == []
    clock(f"{DUE + timedelta(days=10)}T16:00:00+00:00")
    invoice_due(alfa, DUE + timedelta(days=9))  # was overdue on the day of its issue
    keep()
    assert reminded() == []
    walk(clock, 11, 17)
    assert reminded() == [7]


def test_who_has_no_address_is_not_written_to(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    contact = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    values = {"contact_id": contact.pk, "items": [ITEM], "due_at": moment_of(DUE)}
    send_invoice(create_invoice(values, actor=alfa.actor()), actor=alfa.actor())
    walk(clock, -3, 1)
    assert reminded() == []
    assert InvoiceReminder.objects.count() == 2


def test_the_schedule_is_the_tenants_own(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    invoice_due(alfa)
    alfa.row.settings = {"billing": {"reminder_days": [0, 2]}}
    with unbound(), bind(alfa.bound):
        walk(clock, -3, 12)
        assert reminded() == [0, 2]
    alfa.row.settings = {}


def reminders_of_two_keepers(live: TestTenant) -> int:
    actor = Actor.system()
    with bind(live.bound):
        invoice = invoice_due(live, date(2999, 5, 20))
        Invoice.objects.filter(pk=invoice.pk).update(due_on=date(2020, 5, 20), issued_at="2019-05-20T16:00:00Z")

    def remind() -> None:
        with bind(live.bound):
            keeping.send_reminder(invoice, days=1, actor=actor)

    in_parallel([remind] * 5)
    with bind(live.bound):
        return len(reminded())


def test_keepers_at_once_remind_once(live: TestTenant) -> None:
    assert reminders_of_two_keepers(live) == 1


def test_control_without_lock_and_mark_they_remind_more_often(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "lock", read_together(5))
    monkeypatch.setattr(InvoiceReminder.objects, "get_or_create", lambda **values: (None, True))
    assert reminders_of_two_keepers(live) == 5


def a_signed_contract(tenant: TestTenant, end: date) -> Contract:
    actor = tenant.actor()
    contact = create_contact({"first_name": "Ana"}, actor=actor)
    contract = create_contract({"contact_id": contact.pk, "title": "A", "end_date": end}, actor=actor)
    return sign_contract(contract, actor=actor)


def test_contracts_expire_and_their_end_is_told_beforehand(alfa: TestTenant, clock: Clock) -> None:
    clock("2026-05-01T16:00:00+00:00")
    contract = a_signed_contract(alfa, date(2026, 6, 30))

    def told() -> int:
        return Notification.objects.filter(type="contract_ending").count()

    keep()
    assert told() == 0
    clock("2026-05-31T16:00:00+00:00")
    keep()
    keep()
    assert told() == 1
    assert "30/06/2026" in Notification.objects.get(type="contract_ending").body
    clock("2026-07-01T05:00:00+00:00")  # still the 30th in Mexico City
    keep()
    assert (status(contract), told()) == ("signed", 1)
    clock("2026-07-01T07:00:00+00:00")
    keep()
    assert (status(contract), told()) == ("expired", 1)
    with untouched():
        keep()


def test_what_cannot_be_kept_holds_up_nothing_else(
    alfa: TestTenant, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock("2026-05-01T16:00:00+00:00")
    first, second = invoice_due(alfa), invoice_due(alfa)
    real = keeping.mark_overdue

    def stumbling(invoice: Invoice, *, actor: Actor) -> None:
        if invoice.pk == first.pk:
            raise Unavailable
        real(invoice, actor=actor)

    monkeypatch.setattr(keeping, "mark_overdue", stumbling)
    clock("2026-06-01T06:30:00+00:00")
    keep()
    assert (status(first), status(second)) == ("sent", "overdue")
    monkeypatch.undo()
    clock("2026-06-01T07:30:00+00:00")
    keep()
    assert status(first) == "overdue"
