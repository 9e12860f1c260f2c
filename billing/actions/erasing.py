"""What is taken from documents when a person is erased, and what the law wants kept.

Kept as they are: invoices that were issued and their payments (CFF, art. 30: five years), quotes that were accepted,
contracts that were signed, and the evidence of both. Everything else loses the person.
"""

from typing import Any

from django.db.models import F, Model, Q
from django.utils.translation import gettext as _

from billing.models import (
    Contract,
    ContractStatus,
    Evidence,
    Invoice,
    InvoiceStatus,
    Payment,
    Quote,
    QuoteStatus,
    RecurringInvoice,
)
from billing.models.documents import Document
from crm.actions.erasing import NAMELESS
from crm.erasing import Subject, blank_out, erases
from leadercrm.core import tally

KEPT: tuple[tuple[Any, Q], ...] = (
    (Quote, Q(status=QuoteStatus.APPROVED)),
    (Invoice, ~Q(status=InvoiceStatus.DRAFT)),
    (Contract, Q(status__in=(ContractStatus.SIGNED, ContractStatus.EXPIRED))),
)
TEXTS: dict[Any, tuple[str, ...]] = {
    Quote: ("title", "notes", "terms", "rejection_reason"),
    Invoice: ("notes",),
    Contract: ("title", "body"),
}
LINES: dict[Any, tuple[str, str]] = {
    Quote: ("billing_quoteitem", "quote_id"),
    Invoice: ("billing_invoiceitem", "invoice_id"),
}


@erases("billing.quote", "billing.invoice", "billing.contract", "billing.payment", "billing.recurringinvoice")
def take_from_documents(subject: Subject) -> None:
    for model, kept in KEPT:
        documents = model._base_manager.filter(contact_id__in=subject.ids)
        # The client's pages end with the client.
        documents.update(link_version=F("link_version") + 1)
        _count(subject, model, documents.filter(kept).count())
        _blank(subject, model, list(documents.exclude(kept).values_list("pk", flat=True)))
    _count(subject, Payment, Payment._base_manager.filter(contact_id__in=subject.ids).count())
    numbers = [
        number
        for model in (Quote, Contract)
        for number in model._base_manager.filter(contact_id__in=subject.ids).values_list("number", flat=True)
    ]
    _count(subject, Evidence, Evidence.objects.filter(number__in=numbers).count())
    _end_recurring(subject)


def _count(subject: Subject, model: type[Model], number: int) -> None:
    if number:
        subject.kept[model._meta.label_lower] += number


def _blank(subject: Subject, model: type[Document], ids: list[int]) -> None:
    if not ids:
        return
    model._base_manager.filter(pk__in=ids).update(contact_name=_(NAMELESS))
    blank_out(model._meta.db_table, TEXTS[model], subject.all_words, "id = ANY(%s)", [ids])
    if model in LINES:
        table, column = LINES[model]
        blank_out(table, ("description",), subject.all_words, f"{column} = ANY(%s)", [ids])
    blanked = list(model._base_manager.filter(pk__in=ids))
    for document in blanked:
        document.derive()
    model._base_manager.bulk_update(blanked, ["search"], batch_size=500)
    subject.tell(model._meta.label_lower, ids)
    tally.touch(model._meta.label_lower)


def _end_recurring(subject: Subject) -> None:
    """Nothing is invoiced to somebody who is not there any more."""
    rows = RecurringInvoice._base_manager.filter(contact_id__in=subject.ids)
    ids = list(rows.values_list("pk", flat=True))
    rows.update(contact_name=_(NAMELESS), is_active=False)
    blank_out("billing_recurringinvoice", ("title", "notes"), subject.all_words, "id = ANY(%s)", [ids])
    subject.tell(RecurringInvoice._meta.label_lower, ids)
    tally.touch(RecurringInvoice._meta.label_lower)
