"""Contracts and the templates that they are made of."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models.documents import LIVING, Document, document_indexes, money_field
from billing.models.quote import Quote
from leadercrm.core.clock import tenant_zone
from leadercrm.core.living import LivingModel


class DayIn(models.Func):
    """The day on which a moment falls in a time zone."""

    template = "(%(expressions)s)::date"
    arg_joiner = " AT TIME ZONE "
    arity = 2
    output_field = models.DateField()


def run_out(today: Any, zone: Any) -> models.Q:
    """Of signed contracts, those whose end has passed since. One that is signed after its end stays signed."""
    return models.Q(end_date__lt=today, end_date__gte=DayIn("signed_at", zone))


class ContractStatus(models.TextChoices):
    """Where a contract stands (A-34). A signed one that has run out is expired, computed on read."""

    DRAFT = "draft", _("draft")
    SENT = "sent", pgettext_lazy("contract", "sent")
    SIGNED = "signed", _("signed")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", pgettext_lazy("contract", "cancelled")

    @classmethod
    def moves(cls) -> Mapping["ContractStatus", set["ContractStatus"]]:
        """What may follow what (contract, section 4)."""
        return {
            cls.DRAFT: {cls.SENT, cls.SIGNED, cls.CANCELLED},
            cls.SENT: {cls.SENT, cls.SIGNED, cls.CANCELLED},
            cls.SIGNED: {cls.EXPIRED},
            cls.EXPIRED: {cls.SIGNED},
            cls.CANCELLED: {cls.DRAFT, cls.SENT},  # taken back: billing.actions.restoring
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

    def has_run_out(self, today: date) -> bool:
        """What `run_out` says, of a row at hand."""
        if self.end_date is None or self.signed_at is None:
            return False
        return self.signed_at.astimezone(tenant_zone()).date() <= self.end_date < today
