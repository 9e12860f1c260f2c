"""What quotes, invoices and contracts have in common."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import pgettext_lazy

from crm.models import Company, Contact
from leadercrm.core.living import LivingModel
from leadercrm.core.text import search_text

LIVING = models.Q(deleted_at__isnull=True)


def money_field(**options: Any) -> Any:
    """An amount to the cent."""
    return models.DecimalField(max_digits=18, decimal_places=2, **options)


def exact_field(**options: Any) -> Any:
    """A figure to six decimals, as a CFDI may show it."""
    return models.DecimalField(max_digits=24, decimal_places=6, **options)


class Dealing(LivingModel):
    """Something made for a contact, perhaps within a deal.

    It names whom it was made for, whatever becomes of them later (A-67).
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=511)
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    company_name = models.CharField(max_length=255, null=True, blank=True)
    deal = models.ForeignKey(
        "crm.Deal", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3, default="MXN")

    class Meta(LivingModel.Meta):
        abstract = True


class Document(Dealing):
    """A numbered paper. A number belongs to its document for ever: a deleted one keeps it (A-28)."""

    number = models.CharField(max_length=20, editable=False)
    # Mails that were asked for, and when the last one was: see billing.actions.sending.
    sends = models.PositiveSmallIntegerField(default=0, editable=False)
    last_sent_at = models.DateTimeField(null=True, editable=False)
    # Its public page: which of its links is in force (billing.links), and when a client saw it first.
    link_version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    viewed_at = models.DateTimeField(null=True, editable=False)
    search = models.TextField(editable=False, default="", db_default="")

    DERIVED: ClassVar[tuple[str, ...]] = ("search",)
    UNAUDITED: ClassVar[tuple[str, ...]] = ("search", "updated_at")

    class Meta(Dealing.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number

    def derive(self) -> None:
        title = getattr(self, "title", None) or ""  # invoices have none
        self.search = search_text(self.number, title, self.contact_name, self.company_name or "")


class PricedDocument(Document):
    """A document whose total is that of its lines. Only billing.actions.lines writes the figures."""

    subtotal = money_field(editable=False)
    discount_total = money_field(editable=False)
    tax_total = money_field(editable=False)
    total = money_field(editable=False)
    notes = models.TextField(null=True, blank=True)

    class Meta(Document.Meta):
        abstract = True


class TaxFactor(models.TextChoices):
    """How a line stands to the tax: 0 % is not the same as exempt."""

    RATE = "tasa", pgettext_lazy("tax", "Rate")
    EXEMPT = "exento", pgettext_lazy("tax", "Exempt")
    NOT_SUBJECT = "no_objeto", pgettext_lazy("tax", "Not Subject")


class Line(models.Model):
    """One line of a document: what was agreed, and what it comes to.

    `net` is after the discount and before tax. The exact figures are unrounded, for the CFDI.
    """

    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(
        "billing.Product", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    description = models.TextField()
    quantity = models.DecimalField(max_digits=18, decimal_places=6)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    discount_percent = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    tax_rate = models.DecimalField(max_digits=9, decimal_places=6)
    tax_factor = models.CharField(max_length=16, choices=TaxFactor.choices, default=TaxFactor.RATE)
    sat_product_key = models.CharField(max_length=8, null=True, blank=True)
    sat_unit_key = models.CharField(max_length=3, null=True, blank=True)
    net = money_field()
    tax = money_field()
    total = money_field()
    exact_gross = exact_field()
    exact_net = exact_field()
    exact_tax = exact_field()

    class Meta:
        abstract = True
        ordering = ("position",)

    def __str__(self) -> str:
        return self.description[:50]


def document_indexes(name: str) -> list[models.Index]:
    """The indexes behind a document's filters."""
    return [
        models.Index(fields=["contact", "-id"], name=f"{name}_contact"),
        models.Index(fields=["deal", "-id"], name=f"{name}_deal", condition=models.Q(deal__isnull=False)),
        models.Index(fields=["owner", "-id"], name=f"{name}_owner", condition=LIVING),
        models.Index(fields=["status", "-id"], name=f"{name}_status", condition=LIVING),
        GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name=f"{name}_search", fastupdate=False),
    ]
