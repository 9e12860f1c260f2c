from django.db import models

from leadercrm.core.living import LivingModel


class Product(LivingModel):
    name = models.CharField(max_length=255)
    description = models.TextField(null=True)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tax_rate = models.DecimalField(max_digits=9, decimal_places=6)
    tax_factor = models.CharField(max_length=16, default="tasa")
    currency = models.CharField(max_length=3, default="MXN")
    sat_product_key = models.CharField(max_length=8, null=True)
    sat_unit_key = models.CharField(max_length=3, null=True)

    class Meta(LivingModel.Meta):
        db_table = "billing_product"
