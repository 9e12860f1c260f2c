"""Writing payments. Each recomputes its invoice, under the invoice's lock.

Locks are taken in one order: contacts, invoices, payment.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import invoice_paid, payment_received
from billing.actions.capping import charge
from billing.actions.settling import paid_towards, settle
from billing.holding import hold_contact, hold_party, invoice_contacts, sees_invoice
from billing.models import Invoice, InvoiceStatus, Payment, PaymentStatus
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound, Unavailable

Values = dict[str, Any]
# Those that claim a part of what is due.
CLAIMING = (PaymentStatus.COMPLETED, PaymentStatus.PENDING)


@domain_action(permission="billing.create_payment")
def create_payment(values: Values, *, actor: Actor) -> Payment:
    """Record money towards an invoice; on a draft, that issues it (A-31).

    Needs the right to do so on the invoice. Refuses more than is due, and another currency.
    """
    invoice = _lock_invoices({values["invoice_id"]}, values, actor)[values["invoice_id"]]
    actor.require("billing.create_payment", invoice)
    defaults = {
        "contact_id": invoice.contact_id,
        "currency": invoice.currency,
        "paid_at": timezone.now(),
        "owner_id": actor.user_id,
    }
    payment = Payment(**{**defaults, **{name: value for name, value in values.items() if value is not None}})
    refuse_misfit(payment, invoice)
    payment.save()
    record(actor, payment, "payment.created")
    if payment.status == PaymentStatus.COMPLETED:
        payment_received(payment, invoice, actor)
    _follow([invoice], actor)
    charge(actor, payment.amount, payment.currency)
    return payment


@domain_action(permission="billing.change_payment")
def change_payment(payment: Payment, values: Values, *, actor: Actor) -> Payment:
    """Change a payment, or move it to another invoice; the invoices follow."""
    target = values.get("invoice_id", payment.invoice_id)
    invoices = _lock_invoices({payment.invoice_id, target}, values, actor)
    was_on, payment = payment.invoice_id, lock(payment)
    if payment.invoice_id != was_on:
        raise Unavailable(_("The payment is being moved to another invoice."))
    if target != was_on:
        actor.require("billing.create_payment", invoices[target])
    wanted, was = Payment(**{**_columns(payment), **values}), payment.amount
    refuse_misfit(wanted, invoices[target])
    completed = wanted.status == PaymentStatus.COMPLETED != payment.status
    if amend(payment, values, actor=actor, action="payment.changed"):
        if completed:
            payment_received(payment, invoices[target], actor)
        _follow(invoices.values(), actor)
        charge(actor, payment.amount - was, payment.currency)
    return payment


@domain_action(permission="billing.delete_payment")
def delete_payment(payment: Payment, *, actor: Actor) -> None:
    """Take a payment back; a paid invoice is open again."""
    payment, invoices = hold_payment(payment)
    amend(payment, {"deleted_at": timezone.now()}, actor=actor, action="payment.deleted")
    _follow(invoices, actor)


def hold_payment(payment: Payment, *, deleted: bool = False) -> tuple[Payment, list[Invoice]]:
    """A payment, with `deleted` one in the bin, and its invoice if that is there, locked in everybody's order."""
    invoices = _locked_in_order(invoice_contacts({payment.invoice_id}))
    was_on, payment = payment.invoice_id, lock(payment, deleted=deleted)
    if payment.invoice_id != was_on:
        raise Unavailable(_("The payment is being moved to another invoice."))
    return payment, list(invoices.values())


def _lock_invoices(ids: set[int], values: Values, actor: Actor) -> dict[int, Invoice]:
    """The invoices, locked, by id; the contacts that they and `values` name are held before.

    Refuses an invoice that is not there, or that `values` name and the actor does not see, and a
    contact that `values` name and that is not there.
    """
    contacts = invoice_contacts(ids)
    named: set[int] = {values["contact_id"]} if values.get("contact_id") is not None else set()
    seen = "invoice_id" not in values or sees_invoice(values["invoice_id"], actor)
    if set(contacts) != ids or not seen:
        raise no_invoice()
    others = named - {*contacts.values()}
    for contact_id in sorted({*contacts.values(), *others}):
        if contact_id not in others:
            hold_contact(contact_id)
        elif hold_party(contact_id, actor) is None:
            raise DomainError(_("There is no contact with this id."), field="contact_id", code="unknown_reference")
    return _locked_in_order(contacts, held=True)


def _locked_in_order(contacts: Mapping[int, int], *, held: bool = False) -> dict[int, Invoice]:
    """The invoices of this mapping to their contacts, locked in everybody's order."""
    for contact_id in sorted(set(contacts.values())) if not held else ():
        hold_contact(contact_id)
    return {pk: _locked(pk, contacts[pk]) for pk in sorted(contacts)}


def _locked(pk: int, contact_id: int) -> Invoice:
    try:
        invoice = lock(Invoice(pk=pk))
    except NotFound:
        raise no_invoice() from None
    if invoice.contact_id != contact_id:
        raise Unavailable(_("The invoice's contact is being changed."))
    return invoice


def no_invoice() -> DomainError:
    return DomainError(_("There is no invoice with this id."), field="invoice_id", code="unknown_reference")


def _columns(payment: Payment) -> Values:
    return {field.attname: getattr(payment, field.attname) for field in payment._meta.concrete_fields}


def refuse_misfit(payment: Payment, invoice: Invoice) -> None:
    """Refuse another currency, and more than is due without this payment."""
    if payment.currency != invoice.currency:
        raise DomainError(
            _("The invoice is in %(currency)s.") % {"currency": invoice.currency}, field="currency", code="currency"
        )
    if payment.status not in CLAIMING:
        return
    due = invoice.total - paid_towards(invoice, but=payment.pk)
    if payment.amount > due:
        raise DomainError(
            _("Only %(due)s %(currency)s are due.") % {"due": due, "currency": invoice.currency},
            field="amount",
            code="overpayment",
        )


def _follow(invoices: Any, actor: Actor) -> None:
    for invoice in invoices:
        was_paid = invoice.status == InvoiceStatus.PAID
        settle(invoice, actor=actor, action="invoice.settled")
        if invoice.status == InvoiceStatus.PAID and not was_paid:
            invoice_paid(invoice, actor)
