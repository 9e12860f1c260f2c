"""Invoices, and what reminded of them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.documents import LIVING, Line, PricedDocument, document_indexes
from billing.models.quote import Quote
from billing.models.recurrence import RecurringInvoice


class InvoiceStatus(models.TextChoices):
    """Where an invoice stands. Cancelled ones are deleted, and shown to nobody (A-28).

    The stored status may say sent where overdue is meant: readers compute it (billing.queries), and
    the nightly job writes it down.
    """

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    OVERDUE = "overdue", _("overdue")
    PAID = "paid", _("paid")
    CANCELLED = "cancelled", _("cancelled")

    @classmethod
    def moves(cls) -> Mapping["InvoiceStatus", set["InvoiceStatus"]]:
        """What may follow what (contract, section 4)."""
        return {
            cls.DRAFT: {cls.SENT, cls.OVERDUE, cls.CANCELLED},
            cls.SENT: {cls.SENT, cls.OVERDUE, cls.PAID, cls.CANCELLED},
            cls.OVERDUE: {cls.SENT, cls.OVERDUE, cls.PAID, cls.CANCELLED},
            cls.PAID: {cls.SENT, cls.OVERDUE},
            cls.CANCELLED: {cls.DRAFT, cls.SENT, cls.OVERDUE},  # taken back: billing.actions.restoring
        }

    @classmethod
    def public(cls) -> list[str]:
        """Those that clients see."""
        return [cls.DRAFT.value, cls.SENT.value, cls.PAID.value, cls.OVERDUE.value]


OPEN = (InvoiceStatus.SENT, InvoiceStatus.OVERDUE)
# Not as an IN: PostgreSQL writes one over varchar down differently after a dump (tenancy.fleet.template).
UNSETTLED = models.Q(status="sent") | models.Q(status="overdue")


class PaymentTerms(models.TextChoices):
    """c_MetodoPago: paid at once, or later and in parts."""

    AT_ONCE = "PUE", pgettext_lazy("payment", "At Once")
    LATER = "PPD", pgettext_lazy("payment", "Later")


# c_FormaPago of SAT's catalogue.
PAYMENT_FORMS = (
    "01", "02", "03", "04", "05", "06", "08", "12", "13", "14", "15", "17", "23", "24", "25", "26", "27", "28", "29",
    "30", "31", "99",
)  # fmt: skip
FORM_TO_BE_DEFINED = "99"
TRANSFER_FORM = "03"


class Invoice(PricedDocument):
    """A claim for money. `amount_paid` is the sum of its completed payments, written under its lock.

    `due_on` is the day of `due_at`. Once `cfdi_uuid` is set, SAT knows the invoice.
    """

    status = models.CharField(max_length=16, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT, editable=False)
    amount_paid = models.DecimalField(max_digits=18, decimal_places=2, default=0, editable=False)
    issued_at = models.DateTimeField(null=True, editable=False)
    due_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, editable=False)
    paid_at = models.DateTimeField(null=True, editable=False)
    quote = models.ForeignKey(Quote, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    contract = models.ForeignKey(
        "billing.Contract", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    converts_quote = models.BooleanField(default=False, editable=False)
    recurrence = models.ForeignKey(
        RecurringInvoice, null=True, editable=False, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recurrence_on = models.DateField(null=True, editable=False)
    payment_method = models.CharField(max_length=3, choices=PaymentTerms.choices, null=True, blank=True)
    payment_form = models.CharField(max_length=2, null=True, blank=True)
    exchange_rate = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    cfdi_uuid = models.UUIDField(null=True, editable=False)

    class Meta(PricedDocument.Meta):
        db_table = "billing_invoice"
        indexes = [
            *document_indexes("invoice"),
            models.Index(fields=["due_on"], name="invoice_due", condition=LIVING & UNSETTLED),
            # The newest of those that are late are far down: what is settled is not to be read on the way there.
            models.Index(
                fields=["-id"],
                include=["due_on", "status"],
                name="invoice_open",
                condition=LIVING & UNSETTLED & models.Q(amount_paid__lt=models.F("total")),
            ),
            models.Index(fields=["quote"], name="invoice_quote", condition=models.Q(quote__isnull=False)),
            models.Index(fields=["contract"], name="invoice_contract", condition=models.Q(contract__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["quote"], name="invoice_converts_once", condition=LIVING & models.Q(converts_quote=True)
            ),
            models.UniqueConstraint(fields=["recurrence", "recurrence_on"], name="invoice_recurs_once"),
            models.CheckConstraint(
                condition=models.Q(amount_paid__gte=0) & models.Q(amount_paid__lte=models.F("total")),
                name="invoice_paid_within_total",
            ),
        ]


class InvoiceItem(Line):
    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="items", db_index=False)

    class Meta(Line.Meta):
        db_table = "billing_invoiceitem"
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="invoiceitem_place")]


class InvoiceReminder(models.Model):
    """A reminder that was sent: each day of the tenant's schedule once for each due date of an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="reminders", db_index=False)
    due_on = models.DateField()
    days = models.SmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "billing_invoicereminder"
        constraints = [models.UniqueConstraint(fields=["invoice", "due_on", "days"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.days:+d}"
