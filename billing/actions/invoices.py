"""Writing invoices."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.capping import charge, charge_sending
from billing.actions.documents import Values, amend_document, changes, enter, held, move, new_columns, refuse_frozen
from billing.actions.lines import price_items
from billing.actions.sending import mail_values, schedule_mail, words_of
from billing.actions.settling import issue, settle, with_due_day
from billing.models import Invoice, InvoiceStatus, Payment, PaymentStatus
from billing.models.invoice import FORM_TO_BE_DEFINED, OPEN, PaymentTerms
from leadercrm.core.actions import assign, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

NATIONAL = "MXN"
# What may still be changed once the client has it (contract, section 4).
HEADER = {"due_at", "due_on", "notes", "owner_id"}


@domain_action(permission="billing.create_invoice")
def create_invoice(values: Values, *, actor: Actor, **origin: Any) -> Invoice:
    """Make a draft with the next number; its owner is the caller unless one is named.

    `origin` is what a client cannot say: the recurrence that asks for it, and for which day.
    """
    columns = with_due_day(new_columns(values, actor))
    rows, totals = price_items(values["items"], columns["currency"])
    _check_terms(columns)
    invoice = Invoice(**columns, **totals, **origin)
    enter(invoice, rows, "FAC")
    record(actor, invoice, "invoice.created")
    charge(actor, invoice.total, invoice.currency)
    return invoice


@domain_action(permission="billing.change_invoice")
def change_invoice(invoice: Invoice, values: Values, *, actor: Actor) -> Invoice:
    """Change what `values` name: all of a draft, due date and notes of one that was sent, nothing of a paid one."""
    columns = with_due_day(held(values, actor))
    invoice = lock(invoice)
    changed = changes(invoice, columns)
    if invoice.status != InvoiceStatus.DRAFT:
        refuse_frozen(invoice, changed, HEADER if invoice.status in OPEN else (), items="items" in values)
        _refuse_no_due_date(changed)
    _check_terms({**vars(invoice), **changed})
    if amend_document(invoice, changed, items=values.get("items"), actor=actor) and invoice.status in OPEN:
        settle(invoice, actor=actor, action="invoice.settled")
    return invoice


@domain_action(permission="billing.delete_invoice")
def delete_invoice(invoice: Invoice, *, actor: Actor) -> None:
    """Cancel and hide an invoice; its number is never given again. Refuses one with payments or a CFDI (A-28)."""
    invoice = lock(invoice)
    if Payment.objects.filter(invoice=invoice, status=PaymentStatus.COMPLETED).exists():
        raise DomainError(_("It has payments: delete them first."), field="status", code="has_payments")
    if invoice.cfdi_uuid is not None:
        raise DomainError(_("It has a stamped CFDI: cancel that instead."), field="status", code="stamped")
    move(invoice, InvoiceStatus.CANCELLED, deleted_at=timezone.now(), actor=actor, action="invoice.deleted")


@domain_action(permission="billing.send_invoice")
def send_invoice(invoice: Invoice, *, subject: str | None = None, message: str | None = None, actor: Actor) -> Invoice:
    """Issue a draft and send it to its contact, or send an open invoice again."""
    invoice = lock(invoice)
    before, mail = snapshot(invoice), mail_values(invoice)
    if invoice.status == InvoiceStatus.DRAFT:
        issue(invoice)
    elif invoice.status not in OPEN:
        raise DomainError(
            _("It is %(status)s and cannot be sent.") % {"status": invoice.get_status_display()},
            field="status",
            code="illegal_transition",
        )
    charge_sending(actor, invoice)
    assign(invoice, mail)
    record(actor, invoice, "invoice.sent", before=before)
    if not invoice.total:
        settle(invoice, actor=actor, action="invoice.settled")  # nothing is due
    schedule_mail(invoice, mail, actor, words_of(subject, message))
    return invoice


def _refuse_no_due_date(changed: Values) -> None:
    if "due_at" in changed and changed["due_at"] is None:
        raise DomainError(_("An invoice that was sent is due some day."), field="due_at")


def _check_terms(columns: Values) -> None:
    """PPD has no form of payment yet, PUE has one; only other currencies have a rate of exchange."""
    method, form, rate = (columns.get(name) for name in ("payment_method", "payment_form", "exchange_rate"))
    if form is not None and method is not None and (form == FORM_TO_BE_DEFINED) != (method == PaymentTerms.LATER):
        raise DomainError(_("PPD goes with form 99, and PUE with any other."), field="payment_form")
    if rate is not None and (rate <= 0 or (columns["currency"] == NATIONAL and rate != 1)):
        raise DomainError(
            _("Must be pesos for one unit of the currency, and 1 or nothing for pesos."), field="exchange_rate"
        )
