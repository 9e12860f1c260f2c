"""Work that follows a commit, and what billing does by itself."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from billing.actions.keeping import keep_books
from billing.holding import mail_address_of
from billing.links import public_link
from billing.mails import Paper, contract_paper, invoice_paper, quote_paper
from billing.models import Contract, Invoice, Quote
from billing.rendering import pdf_of
from leadercrm.core.actor import Actor
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.mail import Attachment, send_mail
from leadercrm.core.outbox import NothingDone, work_handler
from leadercrm.tenancy.binding import current_tenant

LANGUAGE = "es-mx"


@work_handler("billing.send_quote", repeatable=False)
def send_quote(document_id: int, sending: int) -> None:
    """Mail a quote to its contact."""
    quote = Quote.objects.filter(pk=document_id).first()
    if quote is not None:
        _mail(quote, "quote", sending, quote_paper)


@work_handler("billing.send_invoice", repeatable=False)
def send_invoice(document_id: int, sending: int) -> None:
    """Mail an invoice to its contact."""
    invoice = Invoice.objects.filter(pk=document_id).first()
    if invoice is not None:
        _mail(invoice, "invoice", sending, invoice_paper)


@work_handler("billing.send_contract", repeatable=False)
def send_contract(document_id: int, sending: int) -> None:
    """Mail a contract to its contact."""
    contract = Contract.objects.filter(pk=document_id).first()
    if contract is not None:
        _mail(contract, "contract", sending, contract_paper)


@work_handler("billing.send_reminder", repeatable=False)
def send_reminder(document_id: int, sending: str) -> None:
    """Remind the contact of an invoice, unless it has been settled meanwhile."""
    invoice = Invoice.objects.filter(pk=document_id, paid_at__isnull=True).first()
    if invoice is not None:
        _mail(invoice, "reminder", sending, invoice_paper)


@housekeeping
def keep_the_books() -> None:
    """Once an hour: what is overdue, due, to be reminded of or to be made again."""
    keep_books(actor=Actor.system())


def _mail(document: Any, kind: str, sending: int | str, paper: Any) -> None:
    """Mail a document to its contact. The same sending always has the same Message-ID."""
    address = mail_address_of(document.contact_id)
    if address is None:
        raise NothingDone("the contact has no e-mail address any more")
    tenant = current_tenant()
    with override(LANGUAGE):
        told: Paper = paper(document, tenant.name, reminds=kind == "reminder")
    send_mail(
        to=address,
        subject=_("%(title)s from %(tenant)s"),
        values={"title": told.title, "tenant": tenant.name},
        template="billing/document",
        context={"paper": told, "tenant": tenant, "link": public_link(document)},
        message_id=f"{kind}.{tenant.id}.{document.pk}.{sending}",
        language=LANGUAGE,
        reply_to=document.owner.email if document.owner else None,
        attach=lambda: _attachments(document),
    )


def _attachments(document: Any) -> list[Attachment]:
    return [Attachment(f"{document.number}.pdf", pdf_of(document), "application/pdf")]
