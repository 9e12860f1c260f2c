"""Quotes: what is offered to a contact, in revisions."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models.documents import LIVING, Line, PricedDocument, document_indexes


class QuoteStatus(models.TextChoices):
    """Where a quote stands. Whether it has expired is computed, and no status (A-20)."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")

    @classmethod
    def moves(cls) -> Mapping["QuoteStatus", set["QuoteStatus"]]:
        """What may follow what (contract, section 4)."""
        return {
            cls.DRAFT: {cls.SENT, cls.APPROVED, cls.REJECTED},
            cls.SENT: {cls.SENT, cls.APPROVED, cls.REJECTED},
            cls.APPROVED: set(),
            cls.REJECTED: set(),
        }


class Quote(PricedDocument):
    """An offer. Revisions share a number; each points at the one that it replaces, which is then read-only."""

    title = models.CharField(max_length=255, null=True, blank=True)
    status = models.CharField(max_length=16, choices=QuoteStatus.choices, default=QuoteStatus.DRAFT, editable=False)
    revision = models.PositiveSmallIntegerField(default=1, editable=False)
    revises = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    valid_until = models.DateField(null=True, blank=True)
    terms = models.TextField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    rejected_at = models.DateTimeField(null=True, editable=False)
    rejection_reason = models.TextField(null=True, blank=True, editable=False)

    class Meta(PricedDocument.Meta):
        db_table = "billing_quote"
        indexes = document_indexes("quote")
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="quote_number_once"),
            models.UniqueConstraint(fields=["revises"], name="quote_revised_once", condition=LIVING),
        ]


class QuoteItem(Line):
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="items", db_index=False)

    class Meta(Line.Meta):
        db_table = "billing_quoteitem"
        constraints = [models.UniqueConstraint(fields=["quote", "position"], name="quoteitem_place")]
