"""What stands on the pages of each document, in its language: labels, and figures as text."""

from collections.abc import Callable, Mapping
from typing import Any

import segno
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.pdf.priced import account_facts, invoice_context, quote_context
from billing.pdf.shown import Context, day, facts, short_day
from billing.pdf.views import ContractView, InvoiceView, Paper, QuoteView, ReceiptView, StatementView
from billing.pdf.words import amount_in_words
from leadercrm.core.money import money_text

PAID_BY: Mapping[str, Callable[[], str]] = {
    "transfer": lambda: _("Transfer"),
    "card": lambda: _("Card"),
    "cash": lambda: _("Cash"),
    "check": lambda: _("Check"),
}


# A contract's type is free; these, which the API's reference and its examples name, have words.
CONTRACT_TYPES: Mapping[str, Callable[[], str]] = {
    "service": lambda: _("Services"),
    "services": lambda: _("Services"),
    "sale": lambda: _("Sale"),
    "lease": lambda: _("Lease"),
    "license": lambda: _("Licence"),
    "maintenance": lambda: _("Maintenance"),
    "nda": lambda: _("Confidentiality"),
}
SUMS = ("opening", "charged", "paid", "closing")
# A last clause up to so long stays with the signatures: nobody signs a page of its own.
LONGEST_ENDING = 900


def receipt_context(view: ReceiptView) -> Context:
    method = PAID_BY[view.method]() if view.method in PAID_BY else view.method
    return {
        "kind": pgettext("document", "Payment receipt"),
        "facts": facts(
            (_("Received on"), day(view.paid_on)), (_("Method"), method),
            (_("Towards invoice"), view.invoice_number), (_("Your contact"), view.seller),
        ),
        "received": _("We received from"),
        "payer": view.client.company or view.client.name,
        "amount": money_text(view.amount, view.currency),
        "words": amount_in_words(view.amount, view.currency, view.language),
        "details": facts(
            (_("Reference"), view.reference),
            (_("Invoice total"), money_text(view.invoice_total, view.currency)),
            (_("Paid so far"), money_text(view.invoice_paid, view.currency)),
            (_("Still due"), money_text(view.invoice_due, view.currency)),
        ),
        "link_text": _("Scan to see the invoice"),
        "unfiscal": _("This receipt is no CFDI: it has no fiscal validity."),
    }  # fmt: skip


def contract_context(view: ContractView) -> Context:
    signature = view.signature
    signed = (
        facts(
            (_("Signed by"), signature.name),
            (_("Company"), signature.company),
            (_("E-mail"), signature.email),
            (_("Signed at"), f"{signature.at:%Y-%m-%d %H:%M:%S} UTC"),
            (_("From address"), signature.address),
            (_("SHA-256 of what was signed"), signature.document_hash),
        )
        if signature
        else []
    )
    clauses, ending = _last_clause(view.body)
    return {
        "kind": pgettext("document", "Contract"),
        "title": view.title,
        "facts": facts(
            (_("Date"), day(view.issued_on)),
            (_("Type"), CONTRACT_TYPES.get(view.type, lambda: view.type)()),
            (_("Begins on"), day(view.start_date)),
            (_("Ends on"), day(view.end_date)),
        ),
        "body": view.body,
        "clauses": clauses,
        "ending": ending,
        "value": money_text(view.value, view.currency) if view.value else "",
        "words": amount_in_words(view.value, view.currency, view.language) if view.value else "",
        "signed": signed,
        "link_text": _("Scan to read and sign this contract"),
    }


def _last_clause(body: str) -> tuple[str, str]:
    """A contract's text, and its last paragraph if that is short."""
    clauses, _gap, ending = "\n".join(body.splitlines()).rstrip().rpartition("\n\n")
    return (clauses, ending) if len(ending) <= LONGEST_ENDING else (body, "")


def statement_context(view: StatementView) -> Context:
    kinds = {"invoice": pgettext("document", "Invoice"), "payment": pgettext("document", "Payment")}
    accounts = []
    for account in view.accounts:
        shown = {name: money_text(getattr(account, name), account.currency, code=name == "closing") for name in SUMS}
        rows = [
            {
                "on": short_day(entry.on),
                "what": f"{kinds[entry.kind]} {entry.number}",
                "due_on": short_day(entry.due_on),
                "charge": money_text(entry.charge, account.currency, code=False) if entry.charge else "",
                "payment": money_text(entry.payment, account.currency, code=False) if entry.payment else "",
                "balance": money_text(entry.balance, account.currency, code=False),
            }
            for entry in account.entries
        ]
        accounts.append({"currency": account.currency, "rows": rows, **shown, "is_credit": account.closing < 0})
    return {
        "kind": pgettext("document", "Statement of account"),
        "subtitle": _("As of %(day)s") % {"day": day(view.last or view.issued_on)},
        "facts": facts(
            (_("Date"), day(view.issued_on)),
            (pgettext("first day", "From"), day(view.first)),
            (pgettext("last day", "To"), day(view.last)),
            (_("Your contact"), view.seller),
        ),
        "accounts": accounts,
        "account": account_facts(view.bank, ""),
        "link_text": "",
        "unfiscal": _("This statement has no fiscal validity."),
    }  # fmt: skip


def qr_code(link: str) -> str:
    """The link as a QR code, an SVG in a data: URI; nothing without one."""
    if not link:
        return ""
    code: str = segno.make(link, error="m", micro=False).svg_data_uri(dark="#111827", border=0)
    return code


CONTEXTS: Mapping[type[Paper], Callable[[Any], Context]] = {
    QuoteView: quote_context,
    InvoiceView: invoice_context,
    ReceiptView: receipt_context,
    ContractView: contract_context,
    StatementView: statement_context,
}
