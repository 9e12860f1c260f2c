"""Columns that documents share, as PostgreSQL writes them."""

from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, DateField, DecimalField, F, JSONField, Q, TextField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from billing.models import ContractStatus, InvoiceStatus, PaymentMethod, PaymentStatus
from billing.models.contract import run_out
from billing.models.documents import TaxFactor
from billing.models.invoice import OPEN
from leadercrm.core.api.columns import Number, Param, Timestamp
from leadercrm.core.api.shapes import INTEGER, MOMENT, NUMBER, TEXT, Shape, explained, nullable, one_of, record
from leadercrm.core.clock import tenant_today, tenant_zone

LINE_COLUMNS = (
    "'id', l.id, 'product_id', l.product_id, 'description', l.description,"
    " 'quantity', trim_scale(l.quantity), 'unit_price', trim_scale(l.unit_price),"
    " 'discount_percent', trim_scale(l.discount_percent), 'tax_rate', trim_scale(l.tax_rate),"
    " 'tax_factor', l.tax_factor, 'sat_product_key', l.sat_product_key, 'sat_unit_key', l.sat_unit_key,"
    " 'net', trim_scale(l.net), 'tax', trim_scale(l.tax), 'total', trim_scale(l.total)"
)
LINES = (
    "(SELECT coalesce(json_agg(json_build_object({columns}) ORDER BY l.position), '[]')"
    ' FROM billing_{name}item l WHERE l.{name}_id = "billing_{name}".id)'
)
SENT: dict[str, Shape] = {
    "product_id": INTEGER, "description": TEXT, "quantity": NUMBER, "unit_price": NUMBER, "discount_percent": NUMBER,
    "tax_rate": NUMBER, "tax_factor": one_of(TaxFactor.values), "sat_product_key": TEXT, "sat_unit_key": TEXT,
}  # fmt: skip
OPTIONAL = {name: nullable(SENT[name]) for name in ("product_id", "sat_product_key", "sat_unit_key")}
LINE = record({"id": INTEGER, **SENT, **OPTIONAL, "net": NUMBER, "tax": NUMBER, "total": NUMBER}, "DocumentLine")
# As it was sent: what it leaves to its product or the terms is null.
RECURRING_LINE = record({name: nullable(shape) for name, shape in SENT.items()}, "RecurringLine")
PAYMENT = record(
    {
        "id": INTEGER, "amount": NUMBER, "currency": TEXT, "method": one_of(PaymentMethod.values),
        "reference": nullable(TEXT), "status": one_of(PaymentStatus.values), "paid_at": MOMENT, "contact_id": INTEGER,
    },
    "InvoicePayment",
)  # fmt: skip
TODAY, ZONE, SERVER = Param("today", DateField()), Param("zone", TextField()), Param("server", TextField())
PDF_URL = explained(TEXT, _("The document as PDF; it needs the token, as all of the API does."))


def lines_of(name: str) -> RawSQL:
    """The lines of a quote or invoice, in order."""
    return RawSQL(LINES.format(columns=LINE_COLUMNS, name=name), (), JSONField())  # noqa: S611 - our own names


def dealing_columns() -> dict[str, Any]:
    """Whom it is for and whose it is."""
    return {
        "contact_id": "contact_id",
        "contact_name": "contact_name",
        "company_id": "company_id",
        "company_name": "company_name",
        "deal_id": "deal_id",
        "owner_id": "owner_id",
        "owner_name": "owner__name",
        "created_at": Timestamp("created_at"),
        "updated_at": Timestamp("updated_at"),
    }


# Most tenants have no such mail at all, which is asked once for a page, and then no row is looked up.
TROUBLE = """
    CASE WHEN EXISTS (SELECT FROM core_workitem WHERE state = 'failed' OR state = 'in_doubt') THEN
    (SELECT json_build_object('mail', substr(w.task, 14), 'state', w.state, 'reason', w.error,
        'since', to_char(w.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
     FROM core_workitem w WHERE w.about = 'billing.{name}/' || "billing_{name}".id
        AND (w.state = 'failed' OR w.state = 'in_doubt') ORDER BY w.id DESC LIMIT 1)
    END
"""
MAIL_TROUBLE = nullable(
    record(
        {
            "mail": one_of(["quote", "invoice", "reminder", "contract", "receipt"]),
            "state": one_of(["failed", "in_doubt"]), "reason": TEXT, "since": MOMENT,
        },
        "MailTrouble",
    )
)  # fmt: skip


def mail_trouble(name: str) -> RawSQL:
    """The last of the mails about a row that has failed or is in doubt: an index holds those alone."""
    return RawSQL(TROUBLE.format(name=name), (), JSONField())  # noqa: S611 - our own names


def figures() -> dict[str, Any]:
    return {name: Number(name) for name in ("subtotal", "discount_total", "tax_total", "total")}


def around() -> dict[str, Any]:
    """What fills TODAY, ZONE and SERVER."""
    return {"today": tenant_today(), "zone": tenant_zone().key, "server": settings.PUBLIC_URL}


def pdf_url(kind: str) -> Concat:
    """Where the file is: absolute where LEADERCRM_PUBLIC_URL says what the server is called, else from the root."""
    return Concat(SERVER, Value(f"/api/v1/{kind}/"), Cast("id", TextField()), Value("/pdf"), output_field=TextField())


def due_amount() -> Any:
    return Number(F("total") - F("amount_paid"), output_field=DecimalField())


OVERDUE = Q(status__in=OPEN, due_on__lt=TODAY, amount_paid__lt=F("total"))


def invoice_status() -> Case:
    """The status as of today: an open invoice is overdue or sent, whatever the nightly job last wrote."""
    return Case(
        When(OVERDUE, then=Value(InvoiceStatus.OVERDUE.value)),
        When(status__in=OPEN, then=Value(InvoiceStatus.SENT.value)),
        default=F("status"),
        output_field=CharField(),
    )


SIGNED = (ContractStatus.SIGNED, ContractStatus.EXPIRED)
ENDED = Q(run_out(TODAY, ZONE), status__in=SIGNED)


def contract_status() -> Case:
    """The status as of today: a signed contract that has run out is expired."""
    return Case(
        When(ENDED, then=Value(ContractStatus.EXPIRED.value)),
        When(status__in=SIGNED, then=Value(ContractStatus.SIGNED.value)),
        default=F("status"),
        output_field=CharField(),
    )
