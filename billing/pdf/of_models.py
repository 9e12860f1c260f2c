"""Views of the documents as they stand in the database."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Sum

from billing import queries_accounts as accounts
from billing.links import public_link
from billing.models import Contract, Evidence, EvidenceKind, Invoice, Payment, PaymentStatus, Quote
from billing.pdf.branding import brand
from billing.pdf.views import (
    Account,
    Bank,
    Client,
    ContractView,
    Entry,
    InvoiceView,
    Line,
    QuoteView,
    ReceiptView,
    Signature,
    StatementView,
)
from billing.queries_parties import Reach, reach_of
from billing.terms import terms
from crm.models import Company, Contact
from leadercrm.core.api.columns import Param
from leadercrm.core.api.statements import KeptInstance
from leadercrm.core.clock import day_of, tenant_today
from leadercrm.core.money import ZERO


def quote_view(quote: Quote, language: str) -> QuoteView:
    return QuoteView(
        **_head(quote, language),
        **_figures(quote),
        issued_on=day_of(quote.sent_at or quote.created_at),
        title=quote.title or "",
        terms=quote.terms or "",
        revision=quote.revision,
        valid_until=quote.valid_until,
    )


def invoice_view(invoice: Invoice, language: str) -> InvoiceView:
    return InvoiceView(
        **_head(invoice, language),
        **_figures(invoice),
        issued_on=day_of(invoice.issued_at or invoice.created_at),
        bank=bank(),
        due_on=invoice.due_on,
        amount_paid=invoice.amount_paid,
        amount_due=invoice.total - invoice.amount_paid,
        payment_method=invoice.payment_method or "",
        payment_form=invoice.payment_form or "",
        exchange_rate=invoice.exchange_rate,
        fiscal_folio=str(invoice.cfdi_uuid).upper() if invoice.cfdi_uuid else "",
    )


def contract_view(contract: Contract, language: str) -> ContractView:
    return ContractView(
        **_head(contract, language),
        issued_on=day_of(contract.sent_at or contract.created_at),
        title=contract.title,
        type=contract.type or "",
        value=contract.value,
        start_date=contract.start_date,
        end_date=contract.end_date,
        body=contract.body or "",
        signature=_signature(contract),
    )


def _signature(contract: Contract) -> Signature | None:
    if contract.signed_at is None:
        return None
    return Signature(
        name=contract.signer_name or "",
        at=contract.signed_at,
        company=contract.signer_company or "",
        address=contract.signer_ip or "",
        document_hash=contract.document_hash or "",
        **_hand(contract),
    )


def _hand(contract: Contract) -> dict[str, str]:
    """The signature itself, where it was made by the contract's link."""
    signed = Evidence.objects.filter(kind=EvidenceKind.CONTRACT_SIGNED, document_id=contract.pk).first()
    if signed is None:
        return {}
    drawn = f"data:image/png;base64,{b64encode(bytes(signed.drawn)).decode()}" if signed.drawn is not None else ""
    return {"email": signed.email, "typed": signed.typed, "drawn": drawn}


def receipt_view(payment: Payment, language: str) -> ReceiptView:
    """With what was still due when it came in: later payments do not change a receipt."""
    invoice = payment.invoice
    so_far = Payment.objects.filter(
        invoice=invoice, status=PaymentStatus.COMPLETED, paid_at__lte=payment.paid_at
    ).exclude(paid_at=payment.paid_at, pk__gt=payment.pk)
    paid: Decimal = so_far.aggregate(sum=Sum("amount", default=ZERO))["sum"]
    return ReceiptView(
        **{**_head(invoice, language), "number": f"{invoice.number}-{payment.pk}", "currency": payment.currency},
        amount=payment.amount,
        paid_on=day_of(payment.paid_at),
        method=payment.method,
        reference=payment.reference or "",
        invoice_number=invoice.number,
        invoice_total=invoice.total,
        invoice_paid=paid,
        invoice_due=invoice.total - paid,
    )


def statement_view(
    party: Contact | Company,
    found: Sequence[accounts.Statement],
    *,
    first: date | None,
    last: date | None,
    language: str,
) -> StatementView:
    """The accounts of a contact or company, as billing.queries_accounts found them."""
    if isinstance(party, Contact):
        client = _client(str(party), "", reach_of(contact_id=party.pk, company_id=None))
    else:
        client = _client("", str(party), reach_of(contact_id=None, company_id=party.pk))
    return StatementView(
        brand=brand(),
        client=client,
        number="",
        currency="",
        language=language,
        issued_on=tenant_today(),
        first=first,
        last=last,
        accounts=tuple(_account(account) for account in found),
        bank=bank(),
    )


def _account(account: accounts.Statement) -> Account:
    entries = tuple(
        Entry(entry.on, entry.kind, entry.number, entry.charge, entry.payment, entry.balance, entry.due_on)
        for entry in account.entries
    )
    return Account(account.currency, account.opening, account.charged, account.paid, account.closing, entries)


def bank() -> Bank | None:
    """Where the tenant is paid."""
    known = terms()
    if not known.bank_clabe:
        return None
    return Bank(known.bank_clabe, known.bank_name or "", known.bank_holder or "")


def _head(document: Any, language: str) -> dict[str, Any]:
    """What all documents have."""
    reach = reach_of(contact_id=document.contact_id, company_id=document.company_id, owner_id=document.owner_id)
    return {
        "brand": brand(),
        "client": _client(document.contact_name, document.company_name or "", reach),
        "number": document.number,
        "currency": document.currency,
        "language": language,
        "seller": reach.seller,
        "link": public_link(document),
    }


def _client(name: str, company_name: str, reach: Reach) -> Client:
    """Whom it is for, by the names that the document was made with."""
    return Client(name, company_name, reach.tax_id, reach.address, reach.email, reach.phone)


@cache
def _items(kind: Any) -> KeptInstance:
    """The lines of a quote or an invoice, in their order."""
    items: Any = kind._meta.get_field("items")
    chosen = {f"{items.field.name}_id": Param("document", BigIntegerField())}
    return KeptInstance(lambda: items.related_model._default_manager.filter(**chosen).order_by("position"))


def _figures(document: Any) -> dict[str, Any]:
    """The lines and sums, as they are stored."""
    kind: Any = type(document)
    lines = tuple(
        Line(
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            tax_rate=line.tax_rate,
            tax_factor=line.tax_factor,
            net=line.net,
            tax=line.tax,
        )
        for line in _items(kind).all(document=document.pk)
    )
    return {
        "lines": lines,
        "subtotal": document.subtotal,
        "discount_total": document.discount_total,
        "tax_total": document.tax_total,
        "total": document.total,
        "notes": document.notes or "",
    }
