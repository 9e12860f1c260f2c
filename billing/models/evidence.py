"""What proves that a client accepted, rejected or signed a document: written once, never changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What was declared. A sealed contract is the signed copy, made by the product after the signature."""

    QUOTE_ACCEPTED = "quote_accepted", _("quote accepted")
    QUOTE_REJECTED = "quote_rejected", _("quote rejected")
    CONTRACT_SIGNED = "contract_signed", _("contract signed")
    CONTRACT_SEALED = "contract_sealed", _("signed copy made")


class EvidenceFile(models.Model):
    """A PDF as the client had it, byte for byte. Kept, because a later release draws documents in another way."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField()

    class Meta:
        db_table = "billing_evidencefile"

    def __str__(self) -> str:
        return self.sha256[:12]


class Evidence(models.Model):
    """An entry of the tenant's chain: `entry_hash` is of all its columns, `previous_hash` among them.

    It names its document by plain values: evidence stands by itself. Triggers of the database refuse
    changes and deletions (migration 0004); billing.evidence finds those that were made past them.
    """

    sequence = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices)
    document_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=8)
    name = models.CharField(max_length=255, blank=True)
    company = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=255, blank=True)
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=500, blank=True)
    consent = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    # The signature: typed, or drawn as a PNG that we wrote ourselves (billing.drawing).
    typed = models.CharField(max_length=255, blank=True)
    drawn = models.BinaryField(null=True)
    pdf_sha256 = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "billing_evidence"
        indexes = [models.Index(fields=["kind", "document_id"], name="evidence_document")]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.kind} {self.number}"
