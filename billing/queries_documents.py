"""The JSON rows of quotes, invoices, payments and contracts."""

from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, JSONField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import RawSQL

from billing.columns import (
    LINE,
    MAIL_TROUBLE,
    PAYMENT,
    PDF_URL,
    RECURRING_LINE,
    TODAY,
    around,
    contract_status,
    dealing_columns,
    due_amount,
    figures,
    invoice_status,
    lines_of,
    mail_trouble,
    pdf_url,
)
from billing.models import (
    Contract,
    ContractStatus,
    ContractTemplate,
    Invoice,
    InvoiceStatus,
    Payment,
    Quote,
    QuoteStatus,
    RecurringInvoice,
)
from leadercrm.core.api.columns import Number, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import BOOLEAN, list_of, one_of


def _flag(condition: Any) -> Any:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _one_id(model: type[Any], **match: Any) -> Subquery:
    return Subquery(model.objects.filter(**match).order_by("-pk").values("pk")[:1])


def _deleted(model: type[Any]) -> JsonRows:
    """What was deleted, found to be restored: nobody reads it."""
    return JsonRows(lambda: model.with_deleted.filter(deleted_at__isnull=False), {"id": "id"}, living=False)


QUOTE_COLUMNS = {
    "id": "id",
    "quote_number": "number",
    "revision": "revision",
    "title": "title",
    "status": "status",
    **figures(),
    "currency": "currency",
    "valid_until": "valid_until",
    "is_expired": Case(
        When(Q(valid_until__lt=TODAY) & ~Q(status=QuoteStatus.APPROVED), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    ),
    **dealing_columns(),
    "notes": "notes",
    "terms": "terms",
    "sent_at": Timestamp("sent_at"),
    "approved_at": Timestamp("approved_at"),
    "rejected_at": Timestamp("rejected_at"),
    "rejection_reason": "rejection_reason",
    "revises_id": "revises_id",
    "revised_by_id": _one_id(Quote, revises=OuterRef("pk")),
    "contract_id": _one_id(Contract, quote=OuterRef("pk"), converts_quote=True),
    "invoice_id": _one_id(Invoice, quote=OuterRef("pk"), converts_quote=True),
    "pdf_url": pdf_url("quotes"),
    "mail_trouble": mail_trouble("quote"),
    "items": lines_of("quote"),
}
QUOTE_TYPES = {"is_expired": BOOLEAN, "items": list_of(LINE), "mail_trouble": MAIL_TROUBLE, "pdf_url": PDF_URL}
QUOTES = JsonRows(Quote.objects.all, QUOTE_COLUMNS, context=around, types=QUOTE_TYPES)
DELETED_QUOTES = _deleted(Quote)

PAYMENTS_OF = """
    (SELECT coalesce(json_agg(json_build_object(
        'id', p.id, 'amount', trim_scale(p.amount), 'currency', p.currency, 'method', p.method,
        'reference', p.reference, 'status', p.status,
        'paid_at', to_char(p.paid_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'contact_id', p.contact_id) ORDER BY p.id), '[]')
     FROM billing_payment p WHERE p.invoice_id = "billing_invoice".id AND p.deleted_at IS NULL)
"""
INVOICE_COLUMNS = {
    "id": "id",
    "invoice_number": "number",
    "status": invoice_status(),
    **figures(),
    "amount_paid": Number("amount_paid"),
    "amount_due": due_amount(),
    "is_partially_paid": _flag(Q(amount_paid__gt=0) & Q(amount_paid__lt=F("total"))),
    "currency": "currency",
    "exchange_rate": Number("exchange_rate"),
    "issued_at": Timestamp("issued_at"),
    "due_at": Timestamp("due_at"),
    "paid_at": Timestamp("paid_at"),
    "payment_method": "payment_method",
    "payment_form": "payment_form",
    **dealing_columns(),
    "quote_id": "quote_id",
    "contract_id": "contract_id",
    "notes": "notes",
    "pdf_url": pdf_url("invoices"),
    "mail_trouble": mail_trouble("invoice"),
}
INVOICE_TYPES = {
    "status": one_of(InvoiceStatus.public()), "is_partially_paid": BOOLEAN, "mail_trouble": MAIL_TROUBLE,
    "pdf_url": PDF_URL,
}  # fmt: skip
INVOICES = JsonRows(Invoice.objects.all, INVOICE_COLUMNS, context=around, types=INVOICE_TYPES)
DELETED_INVOICES = _deleted(Invoice)
INVOICE_DETAILS = JsonRows(
    Invoice.objects.all,
    {**INVOICE_COLUMNS, "items": lines_of("invoice"), "payments": RawSQL(PAYMENTS_OF, (), JSONField())},  # noqa: S611
    context=around,
    types={**INVOICE_TYPES, "items": list_of(LINE), "payments": list_of(PAYMENT)},
)

PAYMENT_COLUMNS = {
    "id": "id",
    "amount": Number("amount"),
    "currency": "currency",
    "method": "method",
    "reference": "reference",
    "status": "status",
    "paid_at": Timestamp("paid_at"),
    "invoice_id": "invoice_id",
    "invoice_number": "invoice__number",
    "contact_id": "contact_id",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "mail_trouble": mail_trouble("payment"),
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
PAYMENTS = JsonRows(Payment.objects.all, PAYMENT_COLUMNS, types={"mail_trouble": MAIL_TROUBLE})
DELETED_PAYMENTS = _deleted(Payment)

CONTRACT_COLUMNS = {
    "id": "id",
    "contract_number": "number",
    "title": "title",
    "type": "type",
    "status": contract_status(),
    "value": Number("value"),
    "currency": "currency",
    "start_date": "start_date",
    "end_date": "end_date",
    **dealing_columns(),
    "quote_id": "quote_id",
    "template_id": "template_id",
    "sent_at": Timestamp("sent_at"),
    "signed_at": Timestamp("signed_at"),
    "signer_name": "signer_name",
    "signer_company": "signer_company",
    "document_hash": "document_hash",
    "pdf_url": pdf_url("contracts"),
    "mail_trouble": mail_trouble("contract"),
}
CONTRACT_TYPES = {"status": one_of(ContractStatus.public()), "mail_trouble": MAIL_TROUBLE, "pdf_url": PDF_URL}
CONTRACTS = JsonRows(Contract.objects.all, CONTRACT_COLUMNS, context=around, types=CONTRACT_TYPES)
DELETED_CONTRACTS = _deleted(Contract)
CONTRACT_DETAILS = JsonRows(
    Contract.objects.all, {**CONTRACT_COLUMNS, "body": "body"}, context=around, types=CONTRACT_TYPES
)

TEMPLATE_COLUMNS = {
    "id": "id",
    "name": "name",
    "body": "body",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
CONTRACT_TEMPLATES = JsonRows(ContractTemplate.objects.all, TEMPLATE_COLUMNS, owned=False)

RECURRING_ITEMS = """
    (SELECT json_agg(json_build_object(
        'product_id', (i ->> 'product_id')::bigint, 'description', i -> 'description',
        'quantity', trim_scale((i ->> 'quantity')::numeric), 'unit_price', trim_scale((i ->> 'unit_price')::numeric),
        'discount_percent', trim_scale((i ->> 'discount_percent')::numeric),
        'tax_rate', trim_scale((i ->> 'tax_rate')::numeric), 'tax_factor', i -> 'tax_factor',
        'sat_product_key', i -> 'sat_product_key', 'sat_unit_key', i -> 'sat_unit_key'))
     FROM jsonb_array_elements("billing_recurringinvoice"."items") i)
"""
RECURRING_COLUMNS = {
    "id": "id",
    "title": "title",
    "currency": "currency",
    "items": RawSQL(RECURRING_ITEMS, (), JSONField()),  # noqa: S611
    "notes": "notes",
    "every_months": "every_months",
    "next_on": "next_on",
    "ends_on": "ends_on",
    "auto_send": "auto_send",
    "is_active": "is_active",
    **dealing_columns(),
}
RECURRING_INVOICES = JsonRows(RecurringInvoice.objects.all, RECURRING_COLUMNS, types={"items": list_of(RECURRING_LINE)})
