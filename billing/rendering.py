"""Documents as PDF. The one place that mails, links and downloads take them from."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from billing.models import Contract, Invoice, Payment, Quote
from billing.pdf.of_models import contract_view, invoice_view, quote_view, receipt_view, statement_view
from billing.pdf.render import key_of, pdf_of_view
from billing.pdf.views import SPANISH, Paper
from billing.queries_accounts import Statement
from crm.models import Company, Contact

VIEWS: dict[type[Any], Callable[[Any, str], Paper]] = {
    Quote: quote_view,
    Invoice: invoice_view,
    Contract: contract_view,
    Payment: receipt_view,
}


def paper_of(document: Quote | Invoice | Contract | Payment, language: str = SPANISH) -> Paper:
    """What the document, or a payment's receipt, shows on paper."""
    return VIEWS[type(document)](document, language)


def pdf_of(document: Quote | Invoice | Contract | Payment, language: str = SPANISH) -> bytes:
    """The document, or a payment's receipt, as PDF; the same bytes for as long as nothing on it changes.

    Raises TooLargeForPdf, or PdfUnavailable when too many are being made. Not to be called in a
    transaction that holds locks: making one takes tenths of a second.
    """
    return pdf_of_view(paper_of(document, language))


def face_of(document: Quote | Invoice | Contract, language: str = SPANISH) -> str:
    """A SHA-256 of all that the document's PDF shows: who has seen one with the same has seen this one."""
    return key_of(paper_of(document, language))


def statement_of(
    party: Contact | Company,
    found: Sequence[Statement],
    *,
    first: date | None = None,
    last: date | None = None,
    language: str = SPANISH,
) -> Paper:
    """What a statement of account shows; `found` is what billing.queries_accounts.statements answers."""
    return statement_view(party, found, first=first, last=last, language=language)
