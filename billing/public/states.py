"""How a document stands for its client, and what they may do."""

from dataclasses import dataclass
from typing import Any

from billing.links import public_path
from billing.models import Contract, ContractStatus, Evidence, EvidenceKind, Invoice, InvoiceStatus, Quote, QuoteStatus
from leadercrm.core.clock import tenant_today

DECLARED = {
    Quote: (EvidenceKind.QUOTE_ACCEPTED, EvidenceKind.QUOTE_REJECTED),
    Contract: (EvidenceKind.CONTRACT_SIGNED,),
}


@dataclass(frozen=True)
class State:
    """`name` is gone, draft, open, and what else a kind can be; `newer` is the address of the revision to read."""

    name: str
    evidence: Evidence | None = None
    newer: str = ""

    @property
    def is_readable(self) -> bool:
        return self.name not in ("gone", "draft")


def state_of(document: Any) -> State:
    """As of today, in the tenant's zone."""
    if document.deleted_at is not None:
        return State("gone")
    if document.status == "draft":
        return State("draft")
    if isinstance(document, Quote):
        return _of_quote(document)
    return State(_of_invoice(document)) if isinstance(document, Invoice) else _of_contract(document)


def evidence_of(document: Any) -> Evidence | None:
    """What its client declared of it by its link."""
    kinds = DECLARED.get(type(document), ())
    return Evidence.objects.filter(kind__in=kinds, document_id=document.pk).order_by("sequence").first()


def _of_quote(quote: Quote) -> State:
    revisions = Quote.objects.filter(number=quote.number, revision__gt=quote.revision)
    newer = revisions.exclude(status=QuoteStatus.DRAFT).order_by("-revision").first()
    if newer is not None:
        return State("superseded", newer=public_path(newer))
    if quote.status in (QuoteStatus.APPROVED, QuoteStatus.REJECTED):
        return State(quote.status, evidence_of(quote))
    if revisions.exists():
        return State("revised")
    is_expired = quote.valid_until is not None and quote.valid_until < tenant_today()
    return State("expired" if is_expired else "open")


def _of_invoice(invoice: Invoice) -> str:
    if invoice.status in (InvoiceStatus.PAID, InvoiceStatus.CANCELLED):
        return "paid" if invoice.status == InvoiceStatus.PAID else "gone"
    return "overdue" if invoice.due_on is not None and invoice.due_on < tenant_today() else "open"


def _of_contract(contract: Contract) -> State:
    if contract.status == ContractStatus.SENT:
        return State("open")
    ended = contract.end_date is not None and contract.end_date < tenant_today()
    return State("ended" if ended else "signed", evidence_of(contract))
