"""What an invoice's status and sum of payments are: the one place that writes them, under the invoice's lock."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from billing.models import Invoice, InvoiceStatus, Payment, PaymentStatus
from billing.models.invoice import FORM_TO_BE_DEFINED, TRANSFER_FORM, PaymentTerms
from billing.terms import terms
from leadercrm.core.actions import assign, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.clock import day_of, moment_of, tenant_today
from leadercrm.core.money import ZERO


def with_due_day(columns: dict[str, Any]) -> dict[str, Any]:
    """`columns` with the day of `due_at`, if that is among them."""
    if "due_at" not in columns:
        return columns
    due_at = columns["due_at"]
    return {**columns, "due_on": day_of(due_at) if due_at is not None else None}


def issue(invoice: Invoice) -> None:
    """Make a locked draft a claim: from today, due after the tenant's days unless it says when (A-29)."""
    today = tenant_today()
    due_at = invoice.due_at or moment_of(today + timedelta(days=terms().payment_days))
    due = with_due_day({"due_at": due_at})
    transition(
        invoice, InvoiceStatus.SENT, issued_at=timezone.now(), **due, **payment_terms(invoice, today, due["due_on"])
    )  # fmt: skip


def payment_terms(invoice: Invoice, issued_on: date, due_on: date) -> dict[str, str]:
    """PUE if it is due within the month of its issue, else PPD; and the form that goes with it (rule 2.7.1.32)."""
    month_end = issued_on.replace(day=monthrange(issued_on.year, issued_on.month)[1])
    at_once = PaymentTerms.AT_ONCE if due_on <= month_end else PaymentTerms.LATER
    method = invoice.payment_method or at_once.value
    form = FORM_TO_BE_DEFINED if method == PaymentTerms.LATER else TRANSFER_FORM
    return {"payment_method": method, "payment_form": invoice.payment_form or form}


def settle(invoice: Invoice, *, actor: Actor, action: str) -> None:
    """Let a locked invoice follow its payments: sum, status, and since when it is paid.

    A draft that has been paid towards is issued by that (A-31). Nothing happens to one that has not.
    """
    before = snapshot(invoice)
    paid = paid_towards(invoice)
    if invoice.status == InvoiceStatus.DRAFT:
        if paid == ZERO:
            return
        issue(invoice)
    status = status_of(invoice, paid)
    paid_at = (invoice.paid_at or timezone.now()) if status == InvoiceStatus.PAID else None
    values: dict[str, Any] = {"amount_paid": paid, "paid_at": paid_at}
    if status != invoice.status:
        transition(invoice, status, **values)
    else:
        assign(invoice, values)
    if snapshot(invoice) != before:
        record(actor, invoice, action, before=before)


def paid_towards(invoice: Invoice, *, but: int | None = None) -> Decimal:
    """The sum of an invoice's completed payments, from the rows themselves; without the payment `but`."""
    completed = Payment.objects.filter(invoice=invoice, status=PaymentStatus.COMPLETED).exclude(pk=but)
    return completed.aggregate(paid=Sum("amount"))["paid"] or ZERO


def status_of(invoice: Invoice, paid: Decimal) -> InvoiceStatus:
    """What an issued invoice is, by what has been paid and what day it is."""
    if paid >= invoice.total:
        return InvoiceStatus.PAID
    overdue = invoice.due_on is not None and invoice.due_on < tenant_today()
    return InvoiceStatus.OVERDUE if overdue else InvoiceStatus.SENT
