"""What can be done to many products at once, and how rows of a file become some of them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from billing.actions.products import (
    change_product,
    create_category,
    create_product,
    create_products,
    delete_product,
)
from billing.api.serializers_products import ProductInput
from billing.filters_products import ProductFilter
from billing.models import Product, ProductCategory
from billing.queries_products import PRODUCTS
from leadercrm.core.actor import Actor
from leadercrm.core.text import fold
from leadercrm.lists.cells import Options, flag, number, percent, text
from leadercrm.lists.kinds import Importing, Kind, Lookup, Names, Target, Values, let_batch


def _upper(cell: str, options: Options) -> str:
    return text(cell, options).upper()


def _categories(names: Names, actor: Actor) -> Mapping[str, Values]:
    rows = ProductCategory.objects.values_list("pk", "name")
    return {fold(name): {"category_id": pk} for pk, name in rows}


def _make_categories(names: Sequence[str], common: Values, actor: Actor) -> Mapping[str, Values]:
    return {name: {"category_id": create_category({"name": name}, actor=actor).pk} for name in names}


CATEGORY = Lookup(
    _categories, _("There is no category called"), _make_categories, allowed="billing.manage_product_categories"
)
TARGETS = (
    Target("name", _("Name"), "nombre, producto, servicio, articulo, concepto, product, item, product name"),
    Target("sku", _("SKU"), "sku, clave, codigo, codigo interno, code, product code, reference"),
    Target("unit_price", _("Price before tax"), "precio, precio unitario, precio sin iva, price, unit price", number),
    Target("currency", _("Currency"), "moneda, divisa, currency", _upper),
    Target("tax_rate", _("Rate, %"), "iva, tasa, impuesto, tax, tax rate, vat", percent),
    Target("category_id", _("Category"), "categoria, familia, linea, category", lookup=CATEGORY),
    Target("description", _("Description"), "descripcion, detalle, description"),
    Target("is_active", _("On sale"), "activo, en venta, active", flag),
    Target(
        "sat_product_key",
        _("SAT product key"),
        "clave sat, clave producto sat, claveprodserv, sat key",
    ),
    Target("sat_unit_key", _("SAT unit key"), "clave unidad, clave unidad sat, claveunidad, unit key", _upper),
)


def _body(raw: Values) -> Values:
    """A product without a price is one whose price is agreed upon: none."""
    return {"unit_price": "0", **raw}


def _keys(values: Values) -> Sequence[str]:
    """By SKU, else by name."""
    return [f"sku:{values['sku'].lower()}"] if values.get("sku") else [f"name:{values['name'].lower()}"]


def _of(keys: Iterable[str]) -> dict[str, int]:
    wanted: dict[str, list[Any]] = {}
    for key in keys:
        column, _colon, value = key.partition(":")
        wanted.setdefault(column, []).append(value)
    found: dict[str, int] = {}
    for column, values in wanted.items():
        rows = Product.objects.annotate(plain=Lower(column)).filter(plain__in=values).order_by("-pk")
        found.update({f"{column}:{plain}": pk for pk, plain in rows.values_list("pk", "plain")})
    return found


let_batch(
    Kind(
        "products", _("Products"), PRODUCTS, ProductInput, "web:product-edit", "web:products",
        create_product, change_product, delete_product,
        importing=Importing(lambda: TARGETS, create_products, _keys, _of, _body, "name"),
        filters=ProductFilter.base_filters,
        own=("billing.ProductImage.product",),
    )
)  # fmt: skip
