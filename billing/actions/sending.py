"""Asking for a document's mail, and what is done when nobody knows whether it arrived.

The mail itself is the outbox's: billing.tasks. A document whose last mail has failed or is in doubt is
sent again by the action that sent it: the same mail with the same Message-ID, by which a mailbox that
has it already knows the second copy.
"""

from datetime import timedelta
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.holding import mail_address_of
from billing.letters import unknown_letter_fields
from billing.models import Contract, Invoice, Payment, PaymentStatus, Quote
from leadercrm.core import outbox
from leadercrm.core.actions import after_commit, amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.caps import count_sends
from leadercrm.core.errors import DomainError

M = TypeVar("M", Quote, Invoice, Contract, Payment)
# Two clicks, or two people at once, mean one mail.
SAME_REQUEST = timedelta(seconds=60)
# The mails of a kind of document; the first is the one that sending it means.
TASKS: dict[type[Any], tuple[str, ...]] = {
    Quote: ("billing.send_quote",),
    Invoice: ("billing.send_invoice", "billing.send_reminder"),
    Contract: ("billing.send_contract",),
    Payment: ("billing.send_receipt",),
}


Words = dict[str, str]


def words_of(subject: str | None, message: str | None) -> Words:
    """What somebody writes with a document, merge fields and all: they are filled in when it is sent."""
    words = {name: text for name, text in (("subject", subject), ("message", message)) if text}
    for name, text in words.items():
        unknown = unknown_letter_fields(text)
        if unknown:
            raise DomainError(_("There is no merge field [[%(name)s]].") % {"name": unknown[0]}, field=name)
    return words


def mail_values(document: Any) -> dict[str, Any]:
    """What a sent document is to be given: a further mail is counted unless one was asked for just now.

    One whose mail is in trouble is sent by that same mail again, which is counted already.
    """
    now = timezone.now()
    if outbox.troubled(document, TASKS[type(document)][0]):
        return {"last_sent_at": now}
    if document.last_sent_at is not None and now - document.last_sent_at < SAME_REQUEST:
        return {}
    return {"sends": document.sends + 1, "last_sent_at": now}


def schedule_mail(document: Any, values: dict[str, Any], actor: Actor, words: Words | None = None) -> bool:
    """Have the document mailed after the commit, if `values` (mail_values) ask for it and there is an address.

    Counts as one of the sends that the actor's token may do in a day. `words` are the mail's own, if it has some.
    """
    if not values or mail_address_of(document.contact_id) is None:
        return False
    task = TASKS[type(document)][0]
    again = outbox.troubled(document, task)
    for item in again:
        outbox.repeat(item)
    if not again:
        arguments: dict[str, Any] = {"document_id": document.pk, "sending": document.sends, **(words or {})}
        after_commit(task, about=document, **arguments)
    count_sends(actor)
    return True


@domain_action(permission="billing.send_receipt")
def send_receipt(payment: Payment, *, actor: Actor) -> Payment:
    """Mail a completed payment's receipt to its payer. Refuses without an address: nothing else comes of it."""
    payment = lock(payment)
    if payment.status != PaymentStatus.COMPLETED:
        raise DomainError(_("Only a completed payment has a receipt."), field="status", code="illegal_transition")
    if mail_address_of(payment.contact_id) is None:
        raise DomainError(_("The payer has no e-mail address."), field="contact_id", code="no_address")
    mail = mail_values(payment)
    amend(payment, mail, actor=actor, action="payment.receipt_sent")
    schedule_mail(payment, mail, actor)
    return payment


@domain_action(permission="billing.send_quote")
def confirm_quote_mail(quote: Quote, *, actor: Actor) -> Quote:
    """Say that a quote's mail has arrived, or need not be sent any more. Refuses when none is in trouble."""
    return _confirmed(quote, actor)


@domain_action(permission="billing.send_invoice")
def confirm_invoice_mail(invoice: Invoice, *, actor: Actor) -> Invoice:
    """Say that an invoice's mails, reminders included, have arrived or need not be sent any more."""
    return _confirmed(invoice, actor)


@domain_action(permission="billing.send_contract")
def confirm_contract_mail(contract: Contract, *, actor: Actor) -> Contract:
    """Say that a contract's mail has arrived, or need not be sent any more."""
    return _confirmed(contract, actor)


@domain_action(permission="billing.send_receipt")
def confirm_receipt_mail(payment: Payment, *, actor: Actor) -> Payment:
    """Say that a receipt's mail has arrived, or need not be sent any more."""
    return _confirmed(payment, actor)


def _confirmed(document: M, actor: Actor) -> M:
    document = lock(document)
    found = outbox.troubled(document, *TASKS[type(document)])
    if not found:
        raise DomainError(_("No mail of it has failed or is in doubt."), field="mail_trouble", code="no_trouble")
    states = [item.state for item in found]
    for item in found:
        outbox.call_done(item)
    record(actor, document, f"{document._meta.model_name}.mail_confirmed", before=snapshot(document), mails=states)
    return document
