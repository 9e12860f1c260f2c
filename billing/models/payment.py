"""Payments of invoices."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.documents import LIVING, money_field
from billing.models.invoice import Invoice
from crm.models import Contact
from leadercrm.core.living import LivingModel
from leadercrm.core.money import money_text


class PaymentMethod(models.TextChoices):
    TRANSFER = "transfer", _("transfer")
    CARD = "card", _("card")
    CASH = "cash", _("cash")
    CHECK = "check", _("check")


class PaymentStatus(models.TextChoices):
    """Only completed payments count. A payment's status is what its sender says: any may follow any."""

    COMPLETED = "completed", _("completed")
    PENDING = "pending", _("pending")
    FAILED = "failed", _("failed")
    REFUNDED = "refunded", _("refunded")


class Payment(LivingModel):
    """Money towards an invoice, in its currency."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments", db_index=False)
    # The payer and the moment, where nobody names them: see billing.actions.payments.
    contact = models.ForeignKey(Contact, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    amount = money_field()
    currency = models.CharField(max_length=3, blank=True)
    method = models.CharField(max_length=16, choices=PaymentMethod.choices, default=PaymentMethod.TRANSFER)
    reference = models.CharField(max_length=255, null=True, blank=True)
    status = models.CharField(max_length=16, choices=PaymentStatus.choices, default=PaymentStatus.COMPLETED)
    paid_at = models.DateTimeField(blank=True)
    # Receipts that were asked for by mail, and when the last one was: see billing.actions.sending.
    sends = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    last_sent_at = models.DateTimeField(null=True, editable=False)

    class Meta(LivingModel.Meta):
        db_table = "billing_payment"
        indexes = [
            models.Index(fields=["invoice", "-id"], name="payment_invoice"),
            models.Index(fields=["contact", "-id"], name="payment_contact"),
            models.Index(fields=["owner", "-id"], name="payment_owner", condition=LIVING),
            models.Index(
                fields=["reference"], name="payment_reference", condition=LIVING & models.Q(reference__isnull=False)
            ),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_amount_positive")]

    def __str__(self) -> str:
        return money_text(self.amount, self.currency)
