"""Documents as PDF. The one place that mails, links and downloads take them from."""

from billing.models import Contract, Invoice, Quote


def pdf_of(document: Quote | Invoice | Contract) -> bytes | None:
    """The document as PDF; None where nothing renders it: its mail then goes without an attachment."""
    return None
