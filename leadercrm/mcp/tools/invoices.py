"""Invoices (facturas) and payments (pagos)."""

from typing import Any

from django.db import transaction

from billing.actions.conversion import convert_to_invoice
from billing.actions.invoices import change_invoice, create_invoice, send_invoice
from billing.actions.payments import create_payment
from billing.api.serializers_documents import InvoiceInput, PaymentInput
from billing.filters_documents import InvoiceFilter
from billing.holding import payments_with_reference
from billing.models import Invoice, InvoiceStatus
from billing.queries_documents import INVOICE_DETAILS, INVOICES, PAYMENTS, QUOTES
from leadercrm.core.api.fields import ListOf, OneOf, RowId
from leadercrm.mcp.inputs import Confirmed, Listed, Previewed, Reference, leaves_out
from leadercrm.mcp.reading import Listing, row_of
from leadercrm.mcp.registry import READS, ROW, ROWS, SENDS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.tools.quotes import MOST_LINES, Line, recipient, will_send
from leadercrm.mcp.writing import meant, wrote

LISTING = Listing(
    INVOICES,
    InvoiceFilter.base_filters,
    (
        "id", "invoice_number", "status", "total", "amount_due", "currency", "due_at", "contact_id", "contact_name",
        "company_name", "deal_id",
    ),
)  # fmt: skip
NUMBER_NOTE = "Id, or a number such as FAC-000003."


class InvoiceSearch(Listed):
    status = OneOf(InvoiceStatus.public(), required=False)
    contact_id = RowId(required=False)
    company_id = RowId(required=False)
    deal_id = RowId(required=False)
    owner_id = RowId(required=False)


@leaves_out("owner_id", "contract_id", "exchange_rate", "payment_form", "payment_method")
class InvoiceCreation(InvoiceInput, Previewed):
    """With `quote_id` and no items, the items of an approved quote."""

    contact_id = RowId(required=False)
    quote_id = Reference(required=False)
    items = ListOf(child=Line(), required=False, max_length=MOST_LINES)


class InvoiceSending(Confirmed):
    invoice_id = Reference()


@leaves_out("contact_id", "currency", "status")
class PaymentCreation(PaymentInput, Previewed):
    invoice_id = Reference()


def invoice_of(call: Call) -> Invoice:
    invoice: Invoice = meant(INVOICE_DETAILS, call.values["invoice_id"], call, "invoice_id", number="number")
    return invoice


@tool(
    "leader_create_invoice",
    """Create an invoice (factura) as a draft with a FAC- number: from items, or from an approved quote by quote_id
    alone. dry_run computes without saving. It is not sent: see leader_send_invoice.""",
    scope="billing:write",
    input=InvoiceCreation,
    gives={"invoice": ROW},
    hints=WRITES,
    notes={"contact_id": "Required with items.", "quote_id": "Id, or a number such as COT-000008."},
)
def create(call: Call) -> Outcome:
    values = dict(call.values)
    if values.get("quote_id") is not None:
        values["quote_id"] = meant(QUOTES, values["quote_id"], call, "quote_id", number="number").pk
    invoice = _converted(call, values) if "quote_id" in values and "items" not in values else _made(call, values)
    following = then("leader_send_invoice", invoice_id=invoice.pk, dry_run=True)
    return wrote(call, "invoice", INVOICE_DETAILS, invoice.pk, "invoices", following)


def _made(call: Call, values: dict[str, Any]) -> Invoice:
    """An invoice of its own items; what is missing the API's serializer refuses in its own words."""
    missing = [name for name in ("contact_id", "items") if name not in values]
    if missing:
        InvoiceInput(data={}).is_valid(raise_exception=True)
    return create_invoice(values, actor=call.actor)


def _converted(call: Call, values: dict[str, Any]) -> Invoice:
    """An invoice of an approved quote, with what else the call names."""
    quote = meant(QUOTES, values.pop("quote_id"), call, "quote_id")
    with transaction.atomic():
        invoice = convert_to_invoice(quote, actor=call.actor)
        return change_invoice(invoice, values, actor=call.actor) if values else invoice


@tool(
    "leader_send_invoice",
    """Issue an invoice (factura) and e-mail it to its contact, or e-mail it again. Leaves the house: needs confirm:
    true after the user agreed; dry_run shows the recipient.""",
    scope="send",
    input=InvoiceSending,
    gives={"invoice": ROW, "recipient?": ROW},
    hints=SENDS,
    notes={"invoice_id": NUMBER_NOTE},
    confirms=lambda call: will_send(invoice_of(call)),
)
def send(call: Call) -> Outcome:
    invoice = invoice_of(call)
    send_invoice(invoice, actor=call.actor)
    payment = then("leader_record_payment", invoice_id=invoice.pk)
    return wrote(call, "invoice", INVOICE_DETAILS, invoice.pk, "invoices", payment, recipient=recipient(invoice))


@tool(
    "leader_record_payment",
    """Record a payment (pago, abono) towards an invoice (factura); more than is due is refused. Give an
    idempotency_key: money is never counted twice then.""",
    scope="billing:write",
    input=PaymentCreation,
    gives={"payment": ROW, "invoice": ROW},
    hints=WRITES,
    notes={"invoice_id": NUMBER_NOTE},
)
def pay(call: Call) -> Outcome:
    values = {**call.values, "invoice_id": invoice_of(call).pk}
    payment = create_payment(values, actor=call.actor)
    invoice = row_of(INVOICES, payment.invoice_id)
    kept = ("id", "invoice_number", "status", "total", "amount_paid", "amount_due", "currency")
    same = payments_with_reference(payment, call.actor)
    return wrote(
        call,
        "payment",
        PAYMENTS,
        payment.pk,
        "payments",
        invoice={name: invoice[name] for name in kept if name in invoice},
        **({"same_reference_as": same} if same else {}),
    )


@tool(
    "leader_list_invoices",
    """List invoices (facturas) by status, contact, company, deal or owner; status: overdue for the late ones. Reads
    only.""",
    scope="crm:read",
    input=InvoiceSearch,
    gives=ROWS,
    hints=READS,
)
def search(call: Call) -> Outcome:
    return Outcome(LISTING.page(call))
