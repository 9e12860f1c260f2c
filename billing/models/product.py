"""Products: what is sold, at what price and under which tax."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from billing.models.documents import LIVING, TaxFactor
from leadercrm.core.living import LivingModel
from leadercrm.core.text import NOT_DIGIT, search_text


class ProductCategory(models.Model):
    """What products are sorted by; names are told apart without regard to case."""

    name = models.CharField(max_length=100)

    class Meta:
        db_table = "billing_productcategory"
        constraints = [models.UniqueConstraint(Lower("name"), name="productcategory_name_once")]

    def __str__(self) -> str:
        return self.name


class Product(LivingModel):
    """Something that is sold. `tax_factor` tells 0 % from exempt; the SAT keys are those of c_ClaveProdServ and
    c_ClaveUnidad. `unit_price` is before tax.
    """

    name = models.CharField(max_length=255)
    sku = models.CharField(max_length=100, null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_rate = models.DecimalField(max_digits=9, decimal_places=6)
    tax_factor = models.CharField(max_length=16, choices=TaxFactor.choices, default=TaxFactor.RATE)
    currency = models.CharField(max_length=3, default="MXN")
    is_active = models.BooleanField(default=True)
    category = models.ForeignKey(
        ProductCategory, null=True, blank=True, on_delete=models.SET_NULL, related_name="products"
    )
    sat_product_key = models.CharField(max_length=8, null=True, blank=True)
    sat_unit_key = models.CharField(max_length=3, null=True, blank=True)
    search = models.TextField(editable=False, default="")

    DERIVED: ClassVar[tuple[str, ...]] = ("search",)
    UNAUDITED: ClassVar[tuple[str, ...]] = ("search", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "billing_product"
        indexes = [GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="product_search", fastupdate=False)]
        constraints = [models.UniqueConstraint(Lower("sku"), name="product_sku_once", condition=LIVING)]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        sku = self.sku or ""
        # Digits and dashes are searched for as a phone's would be, by the digits (core.text.search_patterns).
        digits = NOT_DIGIT.sub("", sku)
        self.search = search_text(self.name, sku, digits, self.description or "", self.sat_product_key or "")


class ProductImage(models.Model):
    """A picture of a product: `file` is its path below the storage. The lowest `position` stands first."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    file = models.CharField(max_length=64)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "billing_productimage"

    def __str__(self) -> str:
        return self.file
