"""The demo's first quotes, invoices, contracts and payments: those that the reference prints, and those before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from billing.actions.lines import price_items, write_lines
from billing.models import Contract, ContractTemplate, Invoice, InvoiceStatus, Payment, Quote, QuoteStatus
from crm.models import Contact
from leadercrm.core.models import Counter
from leadercrm.demo.firms import Firm, Staff
from leadercrm.demo.reference_rows import CONTRACT, INVOICE, INVOICE_ITEM, PAYMENT, QUOTE, QUOTE_ITEM

# Title, hours, price of an hour, and what became of it; a month before the reference's quote the first was written.
OFFERED = (
    ("Diagnóstico de procesos", 40, 1200, QuoteStatus.APPROVED),
    ("Capacitación en CRM", 24, 950, QuoteStatus.REJECTED),
    ("Auditoría de inventarios", 60, 1100, QuoteStatus.APPROVED),
    ("Soporte anual", 120, 800, QuoteStatus.REJECTED),
    ("Migración de datos", 80, 1250, QuoteStatus.APPROVED),
    ("Consultoría en costos", 30, 1400, QuoteStatus.DRAFT),
    ("Integración de facturación", 50, 1350, QuoteStatus.SENT),
)
STEP = timedelta(days=4)
MONTH = timedelta(days=30)


@dataclass
class Papers:
    """Rows by their kind, with the lines of those that have some."""

    quotes: list[Quote] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    templates: list[ContractTemplate] = field(default_factory=list)
    lines: list[tuple[Any, list[dict[str, Any]]]] = field(default_factory=list)

    def repeat(self, quote: Quote, invoice: Invoice) -> None:
        """Add an invoice of the quote's lines and figures."""
        [rows] = [rows for document, rows in self.lines if document is quote]
        for name in ("subtotal", "discount_total", "tax_total", "total"):
            setattr(invoice, name, getattr(quote, name))
        self.lines.append((invoice, rows))
        self.invoices.append(invoice)

    def write_lines(self) -> None:
        """The lines of documents that are there, and the numbers that have been given."""
        for document, rows in self.lines:
            write_lines(document, rows)
        counted = (("quote", self.quotes), ("invoice", self.invoices), ("contract", self.contracts))
        Counter.objects.bulk_create(Counter(kind=kind, last=len(rows)) for kind, rows in counted)


def papers(companies: Sequence[Firm], contacts: Sequence[Contact], staff: Staff) -> Papers:
    """All of them, numbered from 1 on."""
    made = Papers()
    parties = _parties(companies, contacts)
    for offer, party in zip(OFFERED, parties[1:], strict=False):
        _add_quote(made, party, offer, staff)
    made.quotes.append(priced(made, Quote(**QUOTE, **parties[0], owner_id=staff.admin), [QUOTE_ITEM]))
    approved = [quote for quote in made.quotes if quote.status == QuoteStatus.APPROVED]
    for quote in approved:
        _add_invoice(made, quote)
    made.invoices.append(priced(made, Invoice(**INVOICE, **parties[0], owner_id=staff.admin), [INVOICE_ITEM]))
    made.payments.append(Payment(**PAYMENT, owner_id=staff.admin))
    made.contracts.append(_contract_of(approved[0]))
    made.contracts.append(Contract(**CONTRACT, **parties[0], owner_id=staff.admin))
    return made


def _parties(companies: Sequence[Firm], contacts: Sequence[Contact]) -> list[dict[str, Any]]:
    """Whom papers are for: the reference's contact first, then those who were known first."""
    return [party_of(contact, companies) for contact in contacts[: len(OFFERED) + 1]]


def party_of(contact: Contact, companies: Sequence[Firm]) -> dict[str, Any]:
    """What a paper says of whom it is for. Companies stand in the order of their ids, which begin with 1."""
    return {
        "contact_id": contact.pk,
        "contact_name": contact.full_name,
        "company_id": contact.company_id,
        "company_name": companies[contact.company_id - 1].row.name if contact.company_id else None,
    }


def priced(made: Papers, document: Any, items: list[dict[str, Any]]) -> Any:
    """The document with its figures; its lines wait until it is there."""
    rows, totals = price_items(items, document.currency)
    for name, value in totals.items():
        setattr(document, name, value)
    made.lines.append((document, rows))
    return document


def _add_quote(made: Papers, party: dict[str, Any], offer: tuple[str, int, int, QuoteStatus], staff: Staff) -> None:
    title, hours, price, status = offer
    number = len(made.quotes) + 1
    written: datetime = QUOTE["created_at"] - STEP * (len(OFFERED) + 1 - number)
    settled = written + timedelta(days=3)
    quote = Quote(
        id=number,
        number=f"COT-{number:06d}",
        title=title,
        status=status,
        **party,
        owner_id=(staff.manager, staff.sales)[number % 2],
        created_at=written,
        valid_until=(written + MONTH).date(),
        sent_at=None if status == QuoteStatus.DRAFT else written,
        approved_at=settled if status == QuoteStatus.APPROVED else None,
        rejected_at=settled if status == QuoteStatus.REJECTED else None,
    )
    item = {"description": title, "quantity": Decimal(hours), "unit_price": Decimal(price), "tax_rate": Decimal(16)}
    made.quotes.append(priced(made, quote, [item]))


def carried(quote: Quote) -> dict[str, Any]:
    """What papers take over from their quote."""
    names = ("contact_id", "contact_name", "company_id", "company_name", "deal_id", "owner_id", "currency")
    return {"quote_id": quote.pk, **{name: getattr(quote, name) for name in names}}


def _add_invoice(made: Papers, quote: Quote) -> None:
    """An approved quote's invoice, and the payment of it."""
    number = len(made.invoices) + 1
    issued: Any = quote.approved_at
    paid_at = issued + timedelta(days=7)
    invoice = Invoice(
        id=number, number=f"FAC-{number:06d}", **carried(quote), status=InvoiceStatus.PAID, issued_at=issued,
        due_at=issued + MONTH, due_on=(issued + MONTH).date(), paid_at=paid_at, created_at=issued,
        converts_quote=True, payment_method="PPD", payment_form="99",
    )  # fmt: skip
    made.repeat(quote, invoice)
    invoice.amount_paid = invoice.total
    made.payments.append(_payment_of(invoice))


def _payment_of(invoice: Invoice) -> Payment:
    """All of it at once; the reference's payment stands between these by its id."""
    before = invoice.pk < PAYMENT["id"]
    paid_at: Any = invoice.paid_at
    return Payment(
        id=invoice.pk if before else invoice.pk + 1, invoice_id=invoice.pk, contact_id=invoice.contact_id,
        owner_id=invoice.owner_id, amount=invoice.total, currency=invoice.currency,
        method="transfer" if before else "cash", reference=f"SPEI-{paid_at:%Y%m%d}-001" if before else None,
        paid_at=paid_at, created_at=paid_at,
    )  # fmt: skip


def _contract_of(quote: Quote) -> Contract:
    signed: Any = quote.approved_at
    return Contract(
        id=1, number="CTR-000001", **carried(quote), title=quote.title or quote.number, type="service",
        value=quote.total, status="signed", start_date=signed.date(), end_date=(signed + 24 * MONTH).date(),
        created_at=signed,
        sent_at=signed, signed_at=signed, signer_name=quote.contact_name, signer_company=quote.company_name,
        converts_quote=True,
    )  # fmt: skip
