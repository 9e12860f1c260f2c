"""Taking documents and payments back that were deleted: whoever may delete one may.

Their numbers were never given to others (A-28); what has taken their place meanwhile stands against it.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.actions.documents import move, refuse_deleting_others_work
from billing.actions.payments import hold_payment, no_invoice, refuse_misfit
from billing.actions.settling import paid_towards, settle, status_of
from billing.holding import hold
from billing.models import Contract, ContractStatus, Invoice, InvoiceStatus, Payment, Quote
from leadercrm.core.actions import amend, domain_action, lock, unique
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

ANOTHER = _("Another one has been made of its quote since.")


@domain_action(permission="billing.delete_quote")
def restore_quote(quote: Quote, *, actor: Actor) -> Quote:
    """Take a deleted quote back, as it was. Refuses when another revision has taken its place."""
    _refuse_lost_quote(quote.revises_id)
    quote = lock(quote, deleted=True)
    refuse_deleting_others_work(quote, actor, "billing.delete_quote")
    with unique("quote_revised_once", _("There is another revision in its place."), field="revises_id"):
        amend(quote, {"deleted_at": None}, actor=actor, action="quote.restored")
    return quote


@domain_action(permission="billing.delete_invoice")
def restore_invoice(invoice: Invoice, *, actor: Actor) -> Invoice:
    """Take a deleted invoice back: a draft again, or a claim that is due when it was."""
    _refuse_lost_quote(invoice.quote_id)
    invoice = lock(invoice, deleted=True)
    status = status_of(invoice, paid_towards(invoice)) if invoice.issued_at is not None else InvoiceStatus.DRAFT
    with unique("invoice_converts_once", ANOTHER, field="quote_id"):
        move(invoice, status, deleted_at=None, actor=actor, action="invoice.restored")
    return invoice


@domain_action(permission="billing.delete_contract")
def restore_contract(contract: Contract, *, actor: Actor) -> Contract:
    """Take a deleted contract back: a draft again, or one that was sent."""
    _refuse_lost_quote(contract.quote_id)
    contract = lock(contract, deleted=True)
    status = ContractStatus.SENT if contract.sent_at is not None else ContractStatus.DRAFT
    with unique("contract_converts_once", ANOTHER, field="quote_id"):
        move(contract, status, deleted_at=None, actor=actor, action="contract.restored")
    refuse_deleting_others_work(contract, actor, "billing.delete_contract")
    return contract


@domain_action(permission="billing.delete_payment")
def restore_payment(payment: Payment, *, actor: Actor) -> Payment:
    """Let a deleted payment count again; its invoice follows. Nobody is told of it a second time.

    Refuses when its invoice is gone, or when less than it is due by now.
    """
    payment, invoices = hold_payment(payment, deleted=True)
    if not invoices:
        raise no_invoice()
    refuse_misfit(payment, invoices[0])
    amend(payment, {"deleted_at": None}, actor=actor, action="payment.restored")
    settle(invoices[0], actor=actor, action="invoice.settled")
    return payment


def _refuse_lost_quote(quote_id: Any) -> None:
    """What a document was made of must be there, and stays until the commit."""
    if quote_id is not None and not hold(Quote, quote_id, Actor.system()):
        raise DomainError(
            _("What it belongs to was deleted."),
            field="quote_id",
            code="target_deleted",
            hint=_("Restore that, and this comes back."),
        )
