"""What the books need without anybody asking: overdue invoices, reminders, recurring invoices, ends of contracts.

Each piece is an action of its own, so that one that fails takes nothing else back, and each says in
a row of its own that it has been done: the hours of a day may repeat it.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError
from django.db.models import Exists, F, OuterRef, Value
from django.utils import timezone

from billing.actions.announcing import contract_ends_soon, invoice_overdue
from billing.actions.documents import move
from billing.actions.recurring import make_due_invoice, stop_recurring_invoice
from billing.holding import mail_address_of
from billing.models import (
    Contract,
    ContractStatus,
    Invoice,
    InvoiceReminder,
    InvoiceStatus,
    RecurringInvoice,
)
from billing.models.contract import run_out
from billing.models.invoice import OPEN, UNSETTLED
from billing.terms import terms
from leadercrm.core.actions import after_commit, amend, domain_action, lock
from leadercrm.core.actor import Actor
from leadercrm.core.clock import tenant_today, tenant_zone
from leadercrm.core.errors import DomainError, Unavailable, in_english

logger = logging.getLogger(__name__)

BATCH = 500
# Reminders go out in the morning, and one that a stopped server missed is made up for within so many days.
OFFICE_OPENS = 8
LATE_DAYS = 3


def keep_books(*, actor: Actor) -> None:
    """Do all that is due today in the bound tenant."""
    today = tenant_today()
    _each(mark_overdue, Invoice.objects.filter(status=InvoiceStatus.SENT, due_on__lt=today), actor)
    if timezone.now().astimezone(tenant_zone()).hour >= OFFICE_OPENS:
        remind(today, actor)
    make_recurring(today, actor)
    ended = Contract.objects.filter(run_out(today, Value(tenant_zone().key)), status=ContractStatus.SIGNED)
    _each(expire_contract, ended, actor)
    notice = today + timedelta(days=terms().contract_notice_days)
    ending = Contract.objects.filter(status=ContractStatus.SIGNED, end_date__range=(today, notice))
    _each(give_notice, ending.exclude(notice_for__isnull=False, notice_for=F("end_date")), actor)


@domain_action(permission="billing.keep_books")
def mark_overdue(invoice: Invoice, *, actor: Actor) -> None:
    """Write down that an invoice is overdue, and tell; readers have seen it since midnight."""
    invoice = lock(invoice)
    if invoice.status == InvoiceStatus.SENT and invoice.due_on is not None and invoice.due_on < tenant_today():
        move(invoice, InvoiceStatus.OVERDUE, actor=actor, action="invoice.overdue")
        invoice_overdue(invoice, actor)


@domain_action(permission="billing.keep_books")
def expire_contract(contract: Contract, *, actor: Actor) -> None:
    """Write down that a signed contract has run out."""
    contract = lock(contract)
    if contract.status == ContractStatus.SIGNED and contract.has_run_out(tenant_today()):
        move(contract, ContractStatus.EXPIRED, actor=actor, action="contract.expired")


@domain_action(permission="billing.keep_books")
def give_notice(contract: Contract, *, actor: Actor) -> None:
    """Tell that a contract is about to end, once for each end."""
    contract = lock(contract)
    if contract.notice_for != contract.end_date:
        amend(contract, {"notice_for": contract.end_date}, actor=actor, action="contract.notice_given")
        contract_ends_soon(contract, actor)


def remind(today: date, actor: Actor) -> None:
    """Schedule the reminders of today, and those that were missed in the last days."""
    for days in terms().reminder_days:
        first = today - timedelta(days=days)
        due = Invoice.objects.filter(UNSETTLED, due_on__range=(first - timedelta(days=LATE_DAYS - 1), first))
        done = InvoiceReminder.objects.filter(invoice=OuterRef("pk"), due_on=OuterRef("due_on"), days=days)
        for invoice in due.filter(~Exists(done)).order_by("pk")[:BATCH]:
            _guarded(partial(send_reminder, invoice, days=days, actor=actor), invoice)


@domain_action(permission="billing.keep_books")
def send_reminder(invoice: Invoice, *, days: int, actor: Actor) -> bool:
    """Remind an invoice's contact, once for each due date and day of the schedule; False if that is done or needless.

    It is needless for one that is settled, and on a day on which they did not have the invoice yet.
    """
    invoice = lock(invoice)
    if invoice.status not in OPEN or invoice.due_on is None or invoice.issued_at is None:
        return False
    if invoice.issued_at.astimezone(tenant_zone()).date() >= invoice.due_on + timedelta(days=days):
        return False
    _reminder, new = InvoiceReminder.objects.get_or_create(invoice=invoice, due_on=invoice.due_on, days=days)
    if new and mail_address_of(invoice.contact_id) is not None:
        sending = f"{invoice.due_on:%Y%m%d}.{days}"
        after_commit("billing.send_reminder", about=invoice, document_id=invoice.pk, sending=sending)
    return new


def make_recurring(today: date, actor: Actor) -> None:
    """Make the recurring invoices that are due, also several of one that was not made for months."""
    due = RecurringInvoice.objects.filter(is_active=True, next_on__lte=today).order_by("pk")[:BATCH]
    for recurring in due:
        _guarded(partial(_make_all, recurring, today, actor), recurring)


def _make_all(recurring: RecurringInvoice, today: date, actor: Actor) -> None:
    try:
        while make_due_invoice(recurring, today=today, actor=actor):
            recurring.refresh_from_db()
    except Unavailable:
        raise  # it may be made in the next hour
    except DomainError as refusal:
        stop_recurring_invoice(recurring, reason=in_english(refusal.message), actor=actor)


def _each(action: Callable[..., Any], rows: Any, actor: Actor) -> None:
    for row in rows.order_by("pk")[:BATCH]:
        _guarded(partial(action, row, actor=actor), row)


def _guarded(call: Callable[[], Any], row: Any) -> None:
    """A row that cannot be had now is left for the next hour; it must not hold up the others."""
    try:
        call()
    except (DomainError, DatabaseError) as error:
        logger.warning("%s %s was passed over: %s", row._meta.label, row.pk, error)
