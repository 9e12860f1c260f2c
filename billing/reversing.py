"""How what is done to products, documents and payments is taken back (leadercrm.core.reversing).

What a client has been sent, has seen or has signed stays: it is theirs as well.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from billing.actions.contracts import (
    change_contract,
    change_contract_template,
    delete_contract,
    delete_contract_template,
)
from billing.actions.invoices import change_invoice, delete_invoice
from billing.actions.lines import LINE_TYPES
from billing.actions.payments import change_payment, delete_payment
from billing.actions.products import change_product, delete_product, restore_product
from billing.actions.quotes import change_quote, delete_quote
from billing.actions.recurring import change_recurring_invoice, delete_recurring_invoice
from billing.actions.restoring import restore_contract, restore_invoice, restore_payment, restore_quote
from billing.models import Contract, ContractTemplate, Invoice, Payment, Product, Quote, RecurringInvoice
from crm.models import Contact, Deal
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry
from leadercrm.core.reversing import Values, hangs_on, reverses

MOST_HANGING = 5
NUMERIC = {name for name, kind in LINE_TYPES.items() if kind == "numeric"}
# What of a line people write; the rest is computed of it.
WRITTEN = (
    "product_id", "description", "quantity", "unit_price", "discount_percent", "tax_rate", "tax_factor",
    "sat_product_key", "sat_unit_key",
)  # fmt: skip
# They follow from the lines, the contact and the mails.
FOLLOWING = frozenset(
    {"subtotal", "discount_total", "tax_total", "total", "contact_name", "company_id", "company_name", "due_on"}
)
SENT = _("it was sent, and the client has it")
FINAL = {
    "sent": SENT, "mail_confirmed": SENT, "viewed": _("the client has seen it"),
    "link_renewed": _("the former link has ended for good"), "revised": _("its number and revision are given"),
}  # fmt: skip
SETTLED = _("a client's answer was noted, and a settled quote is not opened again")


def has_lines(document: Any, kept: list[dict[str, Any]]) -> bool:
    """Whether these are a document's lines, however their figures are written."""
    lines = document.items.order_by("position").values(*LINE_TYPES)
    return [as_written(line) for line in lines] == [as_written(line) for line in kept]


def as_written(line: dict[str, Any]) -> dict[str, Any]:
    """A line as people write it: what it comes to is computed anew."""
    return {name: _figure(line.get(name)) if name in NUMERIC else line.get(name) for name in WRITTEN}


def _figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def putting_back(change: Any) -> Any:
    """Put a document's columns and lines back by the action that changes them."""

    def put_back(document: Any, values: Values, *, actor: Actor) -> None:
        if "items" in values:
            values = {**values, "items": [as_written(line) for line in values["items"]]}
        change(document, values, actor=actor)

    return put_back


def number_stays(document: Any) -> Any:
    """What is left of a document that is removed."""
    return _("The number %(number)s is not given again.") % {"number": document.number}


def issue_stays(payment: Payment) -> Any:
    """A payment issues a draft, which no payment's end takes back."""
    return _("The invoice %(number)s stays issued, if the payment issued it.") % {"number": payment.invoice.number}


def follows_a_payment(entry: AuditEntry) -> bool:
    """Sums and status of an invoice follow its payments."""
    return entry.action == "invoice.settled"


reverses(Product, remove=delete_product, restore=restore_product, put_back=change_product)
reverses(ContractTemplate, remove=delete_contract_template, put_back=change_contract_template)
reverses(
    Quote,
    remove=delete_quote,
    restore=restore_quote,
    put_back=putting_back(change_quote),
    follows=FOLLOWING,
    notes={"items": has_lines},
    final={**FINAL, "approved": SETTLED, "rejected": SETTLED},
    remains=number_stays,
)
reverses(
    Contract,
    remove=delete_contract,
    restore=restore_contract,
    put_back=change_contract,
    follows=FOLLOWING,
    final={**FINAL, "signed": _("it was signed")},
    remains=number_stays,
)
reverses(RecurringInvoice, remove=delete_recurring_invoice, put_back=putting_back(change_recurring_invoice),
         follows=FOLLOWING | {"anchor_day"}, final={"moved_on": _("the invoice was made")})  # fmt: skip
reverses(
    Invoice,
    remove=delete_invoice,
    restore=restore_invoice,
    put_back=putting_back(change_invoice),
    follows=FOLLOWING | {"status", "amount_paid", "paid_at", "issued_at"},
    follows_from=follows_a_payment,
    notes={"items": has_lines},
    final=FINAL,
    remains=number_stays,
)
reverses(
    Payment,
    remove=delete_payment,
    restore=restore_payment,
    put_back=change_payment,
    follows=frozenset({"sends", "last_sent_at"}),
    final={"receipt_sent": _("its receipt was mailed"), "mail_confirmed": SENT},
    remains=issue_stays,
)


def _documents_of(column: str) -> Any:
    def find(row: Any) -> Iterable[Model]:
        for model in (Quote, Contract, Invoice):
            yield from model.objects.filter(**{column: row}).order_by("pk")[:MOST_HANGING]

    return find


hangs_on(Contact, _documents_of("contact"))
hangs_on(Deal, _documents_of("deal"))
hangs_on(Quote, lambda quote: Invoice.objects.filter(quote=quote)[:MOST_HANGING],
         lambda quote: Contract.objects.filter(quote=quote)[:MOST_HANGING],
         lambda quote: Quote.objects.filter(revises=quote)[:MOST_HANGING])  # fmt: skip
hangs_on(Invoice, lambda invoice: Payment.objects.filter(invoice=invoice)[:MOST_HANGING])
