"""Contracts and the templates that they are made of."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.documents import LIVING, Document, document_indexes, money_field
from billing.models.quote import Quote
from leadercrm.core.living import LivingModel


class ContractStatus(models.TextChoices):
    """Where a contract stands (A-34). A signed one whose end has passed is expired, computed on read."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    SIGNED = "signed", _("signed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")

    @classmethod
    def moves(cls) -> Mapping["ContractStatus", set["ContractStatus"]]:
        """What may follow what (contract, section 4)."""
        return {
            cls.DRAFT: {cls.SENT, cls.SIGNED, cls.CANCELLED},
            cls.SENT: {cls.SENT, cls.SIGNED, cls.CANCELLED},
            cls.SIGNED: {cls.EXPIRED},
            cls.EXPIRED: {cls.SIGNED},
            cls.CANCELLED: set(),
        }

    @classmethod
    def public(cls) -> list[str]:
        """Those that clients see: a cancelled one is deleted."""
        return [status for status in cls.values if status != cls.CANCELLED]


class ContractTemplate(LivingModel):
    """A text with [[merge_fields]] (billing.merging)."""

    name = models.CharField(max_length=255)
    body = models.TextField()

    class Meta(LivingModel.Meta):
        db_table = "billing_contracttemplate"

    def __str__(self) -> str:
        return self.name


class Contract(Document):
    """An agreement. What was signed is told by `document_hash`: billing.actions.contracts says of what."""

    title = models.CharField(max_length=255)
    type = models.CharField(max_length=50, null=True, blank=True)
    status = models.CharField(
        max_length=16, choices=ContractStatus.choices, default=ContractStatus.DRAFT, editable=False
    )
    value = money_field(default=0)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    body = models.TextField(null=True, blank=True)
    template = models.ForeignKey(
        ContractTemplate, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    quote = models.ForeignKey(Quote, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    converts_quote = models.BooleanField(default=False, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    signed_at = models.DateTimeField(null=True, editable=False)
    signer_name = models.CharField(max_length=511, null=True, blank=True, editable=False)
    signer_company = models.CharField(max_length=255, null=True, blank=True, editable=False)
    signer_ip = models.GenericIPAddressField(null=True, editable=False)
    signer_agent = models.CharField(max_length=500, null=True, editable=False)
    document_hash = models.CharField(max_length=64, null=True, editable=False)
    # The end of which the owner has been told beforehand.
    notice_for = models.DateField(null=True, editable=False)

    class Meta(Document.Meta):
        db_table = "billing_contract"
        indexes = [
            *document_indexes("contract"),
            models.Index(fields=["quote"], name="contract_quote", condition=models.Q(quote__isnull=False)),
            models.Index(fields=["end_date"], name="contract_end", condition=LIVING & models.Q(status="signed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="contract_number_once"),
            models.UniqueConstraint(
                fields=["quote"], name="contract_converts_once", condition=LIVING & models.Q(converts_quote=True)
            ),
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True)
                | models.Q(start_date__isnull=True)
                | models.Q(end_date__gte=models.F("start_date")),
                name="contract_ends_after_start",
            ),
        ]
