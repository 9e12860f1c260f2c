"""Who hears of what happens to a document, in the transaction in which it happens.

It is told to the document's owner and the administrators; to the one who did it only if there is
nobody else.
"""

from typing import Any

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from billing.models import Contract, Invoice, Payment, Quote, QuoteStatus, RecurringInvoice
from billing.wording import amount, day
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType


def quote_settled(quote: Quote, actor: Actor) -> None:
    """It was approved or rejected."""
    values = _names(quote)
    if quote.status == QuoteStatus.APPROVED:
        kind, title = NotificationType.QUOTE_APPROVED, _("Quote approved")
        body = _("The quote %(number)s for %(contact)s was approved.")
    else:
        kind, title = NotificationType.QUOTE_REJECTED, _("Quote rejected")
        body = _("The quote %(number)s for %(contact)s was rejected.")
        if quote.rejection_reason:
            body = _("The quote %(number)s for %(contact)s was rejected: %(reason)s")
            values["reason"] = quote.rejection_reason
    _tell(quote, actor, kind, title=title, body=body, values=values, url=f"/quotes/{quote.pk}")


def quote_viewed(quote: Quote, actor: Actor) -> None:
    """The client has opened its page for the first time."""
    kind, url = NotificationType.QUOTE_VIEWED, f"/quotes/{quote.pk}"
    body = _("%(contact)s opened the quote %(number)s.")
    _tell(quote, actor, kind, title=_("Quote viewed"), body=body, values=_names(quote), url=url)


def payment_received(payment: Payment, invoice: Invoice, actor: Actor) -> None:
    """A payment counts from now on."""
    values = {**_names(invoice), "amount": amount(payment.amount, payment.currency)}
    body = _("%(contact)s paid %(amount)s towards the invoice %(number)s.")
    kind, url = NotificationType.PAYMENT_RECEIVED, f"/invoices/{invoice.pk}"
    _tell(invoice, actor, kind, title=_("Payment received"), body=body, values=values, url=url)


def invoice_paid(invoice: Invoice, actor: Actor) -> None:
    """Nothing is due any more."""
    body = _("The invoice %(number)s for %(contact)s has been paid in full.")
    kind, url = NotificationType.INVOICE_PAID, f"/invoices/{invoice.pk}"
    _tell(invoice, actor, kind, title=_("Invoice paid"), body=body, values=_names(invoice), url=url)


def invoice_overdue(invoice: Invoice, actor: Actor) -> None:
    """Its due date has passed."""
    values = {**_names(invoice), "due": amount(invoice.total - invoice.amount_paid, invoice.currency)}
    body = _("The invoice %(number)s for %(contact)s is overdue: %(due)s are due.")
    kind, url = NotificationType.INVOICE_OVERDUE, f"/invoices/{invoice.pk}"
    _tell(invoice, actor, kind, title=_("Invoice overdue"), body=body, values=values, url=url)


def contract_signed(contract: Contract, actor: Actor) -> None:
    """Somebody has signed it."""
    values = {**_names(contract), "signer": contract.signer_name}
    body = _("%(signer)s signed the contract %(number)s.")
    kind, url = NotificationType.CONTRACT_SIGNED, f"/contracts/{contract.pk}"
    _tell(contract, actor, kind, title=_("Contract signed"), body=body, values=values, url=url)


def contract_ends_soon(contract: Contract, actor: Actor) -> None:
    """Its end is near: time to renew it."""
    values = {**_names(contract), "end": day(contract.end_date)}
    body = _("The contract %(number)s for %(contact)s ends on %(end)s.")
    kind, url = NotificationType.CONTRACT_ENDING, f"/contracts/{contract.pk}"
    _tell(contract, actor, kind, title=_("Contract ending"), body=body, values=values, url=url)


def mail_in_trouble(document: Any, paper: Any, *, contact: str, reason: str | None) -> None:
    """A mail of it will not arrive, for a reason; without one, nobody knows whether it did.

    Only who can do something about it is told: the owner, or the administrators where nobody else is left.
    `paper` is what was mailed: "the quote COT-000008".
    """
    url = f"/{document._meta.model_name}s/{document.pk}"
    title = _("Mail not delivered") if reason else _("Did the mail arrive?")
    body = _("We could not mail %(paper)s to %(contact)s: %(reason)s")
    if not reason:
        body = _("We do not know whether %(contact)s got %(paper)s. Ask, and say that it arrived, or send it again.")
    values = {"paper": paper, "contact": contact, "reason": gettext_lazy(reason) if reason else ""}
    notify(_responsible(document), NotificationType.MAIL_FAILED, title=title, body=body, values=values, url=url)


def recurring_stopped(recurring: RecurringInvoice, *, reason: str) -> None:
    """Its invoice can no longer be made. Told as mails in trouble are: to who can do something about it."""
    values = {"title": recurring.title, "contact": recurring.contact_name, "reason": gettext_lazy(reason)}
    body = _("The invoice '%(title)s' for %(contact)s is not made any more: %(reason)s")
    kind, url = NotificationType.RECURRING_STOPPED, f"/recurring-invoices/{recurring.pk}"
    notify(_responsible(recurring), kind, title=_("Recurring invoice stopped"), body=body, values=values, url=url)


def _responsible(document: Any) -> list[int]:
    active = User.objects.filter(is_active=True)
    owner = active.filter(pk=document.owner_id).values_list("pk", flat=True)
    return list(owner) or list(active.filter(role=Role.ADMIN).values_list("pk", flat=True))


def _names(document: Any) -> dict[str, Any]:
    return {"number": document.number, "contact": document.contact_name}


def _tell(document: Any, actor: Actor, kind: NotificationType, **text: Any) -> None:
    admins = User.objects.filter(is_active=True, role=Role.ADMIN).values_list("pk", flat=True)
    concerned = {document.owner_id, *admins} - {None}
    notify(concerned - {actor.user_id} or concerned, kind, **text)
