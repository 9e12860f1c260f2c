"""What the mail of a document says: its title, its facts, its lines and figures, as texts."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from billing.models import Contract, Invoice, Payment, Quote
from billing.terms import terms
from billing.wording import amount, day
from leadercrm.core.clock import day_of


@dataclass(frozen=True)
class Paper:
    """A document as a mail shows it; `facts` and `figures` are (label, text), `lines` (description, text)."""

    title: str
    greeting: str
    opening: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""


def quote_paper(quote: Quote, tenant_name: str, *, reminds: bool = False) -> Paper:
    facts = [(_("Valid until"), day(quote.valid_until))] if quote.valid_until else []
    return Paper(
        title=_("Quote %(number)s") % {"number": quote.number},
        greeting=_greeting(quote),
        opening=_("%(tenant)s sends you this quote.") % {"tenant": tenant_name},
        facts=[*([(_("Subject"), quote.title)] if quote.title else []), *facts],
        lines=_lines(quote),
        figures=_figures(quote),
        body="\n\n".join(text for text in (quote.notes, quote.terms) if text),
    )


def invoice_paper(invoice: Invoice, tenant_name: str, *, reminds: bool = False) -> Paper:
    """With the account to pay to, where the tenant has one."""
    opening = _("%(tenant)s sends you this invoice.")
    if reminds:
        opening = _("%(tenant)s reminds you of this invoice. If you have paid it already, thank you.")
    due = [(_("Due on"), day(invoice.due_on))] if invoice.due_on else []
    bank = terms()
    account = [(_("CLABE"), f"{bank.bank_clabe} {bank.bank_name or ''}".strip())] if bank.bank_clabe else []
    return Paper(
        title=_("Invoice %(number)s") % {"number": invoice.number},
        greeting=_greeting(invoice),
        opening=opening % {"tenant": tenant_name},
        facts=[*due, *account, *([(_("Payment reference"), invoice.number)] if account else [])],
        lines=_lines(invoice),
        figures=[
            *_figures(invoice),
            (_("Paid"), amount(invoice.amount_paid, invoice.currency)),
            (_("Amount due"), amount(invoice.total - invoice.amount_paid, invoice.currency)),
        ],
        body=invoice.notes or "",
    )


def contract_paper(contract: Contract, tenant_name: str, *, reminds: bool = False) -> Paper:
    days = ((_("Start"), contract.start_date), (_("End"), contract.end_date))
    return Paper(
        title=_("Contract %(number)s") % {"number": contract.number},
        greeting=_greeting(contract),
        opening=_("%(tenant)s sends you this contract.") % {"tenant": tenant_name},
        facts=[(_("Subject"), contract.title), *((label, day(at)) for label, at in days if at)],
        figures=[(_("Value"), amount(contract.value, contract.currency))],
        body=contract.body or "",
    )


def receipt_paper(payment: Payment, tenant_name: str, *, reminds: bool = False) -> Paper:
    invoice = payment.invoice
    facts = [
        (_("Invoice"), invoice.number),
        (_("Paid on"), day(day_of(payment.paid_at))),
        (_("Method"), str(payment.get_method_display())),
    ]
    return Paper(
        title=_("Receipt of a payment of the invoice %(number)s") % {"number": invoice.number},
        greeting=_("Hello %(name)s,") % {"name": payment.contact},
        opening=_("%(tenant)s has received your payment. Thank you.") % {"tenant": tenant_name},
        facts=[*facts, *([(_("Payment reference"), payment.reference)] if payment.reference else [])],
        figures=[
            (_("Payment"), amount(payment.amount, payment.currency)),
            (_("Amount due"), amount(invoice.total - invoice.amount_paid, invoice.currency)),
        ],
    )


def _greeting(document: Any) -> str:
    return _("Hello %(name)s,") % {"name": document.contact_name}


def _lines(document: Any) -> list[tuple[str, str]]:
    lines = document.items.order_by("position")
    return [(line.description, amount(line.total, document.currency)) for line in lines]


def _figures(document: Any) -> list[tuple[str, str]]:
    names = ((_("Subtotal"), document.subtotal), (_("Tax"), document.tax_total), (_("Total"), document.total))
    return [(label, amount(value, document.currency)) for label, value in names]
