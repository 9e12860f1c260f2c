"""What documents and their mails begin with."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    """The mail of which document it is."""

    QUOTE = "quote", _("Quote")
    INVOICE = "invoice", _("Invoice")
    CONTRACT = "contract", _("Contract")


class MailTemplate(models.Model):
    """A subject and a text with [[merge_fields]] (billing.letters), to send documents with."""

    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=16, choices=MailKind.choices)
    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField()

    class Meta:
        db_table = "billing_mailtemplate"

    def __str__(self) -> str:
        return self.name


class QuoteTemplate(models.Model):
    """Lines, notes and terms that quotes begin with. `items` is the list as whoever writes a quote sends it."""

    name = models.CharField(max_length=255)
    title = models.CharField(max_length=255, null=True, blank=True)
    currency = models.CharField(max_length=3, default="MXN")
    items: Any = models.JSONField(default=list)
    notes = models.TextField(null=True, blank=True)
    terms = models.TextField(null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        db_table = "billing_quotetemplate"

    def __str__(self) -> str:
        return self.name
