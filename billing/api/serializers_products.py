"""The shapes of what clients send for products."""

from typing import Any

from rest_framework import serializers

from billing.api.serializers_documents import figure, optional
from billing.models.documents import TaxFactor
from leadercrm.core.api.fields import Bytes, CurrencyCode, Figure, Flag, OneOf, RowId, Text, Whole


class ProductInput(serializers.Serializer[Any]):
    """`tax_rate` in percent; without one a product has the tenant's. The price is before tax."""

    name = Text(max_length=255)
    unit_price = figure()
    sku = optional(Text, max_length=100)
    description = optional(Text, max_length=5000)
    tax_rate = Figure(max_digits=9, decimal_places=6, required=False)
    tax_factor = OneOf(TaxFactor.values, required=False)
    currency = CurrencyCode(required=False)
    is_active = Flag(required=False)
    category_id = optional(RowId)
    sat_product_key = optional(Text, max_length=8)
    sat_unit_key = optional(Text, max_length=3)


class CategoryInput(serializers.Serializer[Any]):
    name = Text(max_length=100)


class ImageInput(serializers.Serializer[Any]):
    """A picture as Base64."""

    image = Bytes()


class PlaceInput(serializers.Serializer[Any]):
    position = Whole(min_value=0, max_value=9)
