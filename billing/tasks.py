"""Work that follows a commit, and what billing does by itself."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from billing.actions.delivery import MODELS, take_back_mail, tell_of_trouble
from billing.actions.keeping import keep_books
from billing.holding import mail_address_of
from billing.letters import letter
from billing.links import public_link
from billing.mails import Paper, contract_paper, invoice_paper, quote_paper, receipt_paper
from billing.models import Contract, Invoice, Payment, PaymentStatus, Quote, QuoteStatus
from billing.rendering import pdf_of
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.bounces import on_bounce
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.mail import Attachment, send_mail
from leadercrm.core.models import WorkItem
from leadercrm.core.outbox import Hopeless, on_trouble, work_handler
from leadercrm.core.web.branding import house
from leadercrm.tenancy.binding import current_tenant

LANGUAGE = "es-mx"
NO_ADDRESS = gettext_noop("the contact has no e-mail address any more")


@work_handler("billing.send_quote", repeatable=False)
def send_quote(document_id: int, sending: int, subject: str = "", message: str = "") -> None:
    """Mail a quote to its contact, unless it has been rejected or revised meanwhile."""
    quote = Quote.objects.filter(pk=document_id).exclude(status=QuoteStatus.REJECTED).first()
    if quote is not None and not Quote.objects.filter(revises=quote).exists():
        _mail(quote, "quote", sending, quote_paper, subject, message)


@work_handler("billing.send_invoice", repeatable=False)
def send_invoice(document_id: int, sending: int, subject: str = "", message: str = "") -> None:
    """Mail an invoice to its contact."""
    invoice = Invoice.objects.filter(pk=document_id).first()
    if invoice is not None:
        _mail(invoice, "invoice", sending, invoice_paper, subject, message)


@work_handler("billing.send_contract", repeatable=False)
def send_contract(document_id: int, sending: int, subject: str = "", message: str = "") -> None:
    """Mail a contract to its contact."""
    contract = Contract.objects.filter(pk=document_id).first()
    if contract is not None:
        _mail(contract, "contract", sending, contract_paper, subject, message)


@work_handler("billing.send_reminder", repeatable=False)
def send_reminder(document_id: int, sending: str) -> None:
    """Remind the contact of an invoice, unless it has been settled meanwhile."""
    invoice = Invoice.objects.filter(pk=document_id, paid_at__isnull=True).first()
    if invoice is not None:
        _mail(invoice, "reminder", sending, invoice_paper)


@work_handler("billing.send_receipt", repeatable=False)
def send_receipt(document_id: int, sending: int) -> None:
    """Mail the receipt of a payment, unless it does not count any more."""
    payment = Payment.objects.filter(pk=document_id, status=PaymentStatus.COMPLETED).first()
    if payment is not None:
        _mail(payment, "receipt", sending, receipt_paper)


@on_trouble(*MODELS)
def mail_in_trouble(item: WorkItem) -> None:
    """A mail has failed for good, or nobody knows whether it went out."""
    tell_of_trouble(item, actor=Actor.system())


@on_bounce(*(task.removeprefix("billing.send_") for task in MODELS))
def mail_came_back(kind: str, rest: str, reason: str) -> None:
    """The rest of the key is what `_mail` made it of."""
    document_id, _dot, sending = rest.partition(".")
    number = sending if kind == "reminder" else int(sending)
    take_back_mail(f"billing.send_{kind}", int(document_id), number, reason=reason, actor=Actor.system())


@housekeeping
def keep_the_books() -> None:
    """Once an hour: what is overdue, due, to be reminded of or to be made again."""
    keep_books(actor=Actor.system())


def _mail(document: Any, kind: str, sending: int | str, paper: Any, subject: str = "", message: str = "") -> None:
    """Mail a document to its contact, with the words that somebody has chosen or those that it has by itself.

    The same sending always has the same Message-ID.
    """
    address = mail_address_of(document.contact_id)
    if address is None:
        raise Hopeless(NO_ADDRESS)
    tenant = current_tenant()
    with override(LANGUAGE):
        told: Paper = paper(document, tenant.name, reminds=kind == "reminder")
        if message:
            told = replace(told, greeting="", opening=letter(message, document, tenant.name))
        chosen = " ".join(letter(subject, document, tenant.name).split())
    send_mail(
        to=address,
        subject="%(subject)s" if chosen else _("%(title)s from %(tenant)s"),
        values={"title": told.title, "tenant": tenant.name, "subject": chosen},
        template="billing/document",
        context={"paper": told, "tenant": tenant, "house": house(), "link": public_link(_shown_as(document))},
        message_id=f"{kind}.{tenant.id}.{document.pk}.{sending}",
        language=LANGUAGE,
        reply_to=_answered_by(document),
        sender_name=tenant.name,
        attach=lambda: _attachments(document),
    )


def _shown_as(document: Any) -> Any:
    """What its client sees on a page: a receipt's invoice, with what is still due of it."""
    return document.invoice if isinstance(document, Payment) else document


def _answered_by(document: Any) -> str | None:
    """The owner's address; where there is none any more, that of the administrator who has been here longest."""
    active = User.objects.filter(is_active=True)
    owner = active.filter(pk=document.owner_id).first()
    found: User | None = owner or active.filter(role=Role.ADMIN).order_by("pk").first()
    return found.email if found else None


def _attachments(document: Any) -> list[Attachment]:
    name = getattr(document, "number", None) or f"receipt-{document.pk}"
    return [Attachment(f"{name}.pdf", pdf_of(document), "application/pdf")]
