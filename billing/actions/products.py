"""Writing products and their categories."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.holding import hold_category
from billing.models import Product, ProductCategory
from billing.models.documents import TaxFactor
from billing.terms import terms
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot, unique
from leadercrm.core.actor import Actor
from leadercrm.core.bulk import create_all
from leadercrm.core.errors import DomainError
from leadercrm.core.money import HUNDRED, ZERO

Values = dict[str, Any]
# As SAT writes them: c_ClaveProdServ and c_ClaveUnidad.
PRODUCT_KEY = re.compile(r"[0-9]{8}")
UNIT_KEY = re.compile(r"[0-9A-Z]{2,3}")
SKU_TAKEN, NAME_TAKEN = _("There is a product of this SKU."), _("There is a category of this name.")


@domain_action(permission="billing.create_product")
def create_product(values: Values, *, actor: Actor) -> Product:
    """Make a product; without a rate it has the tenant's, and none if it is exempt or not subject to tax."""
    product = _new(values)
    with unique("product_sku_once", SKU_TAKEN, field="sku"):
        product.save()
    record(actor, product, "product.created")
    return product


@domain_action(permission="billing.create_product")
def create_products(many: Sequence[Values], *, actor: Actor) -> list[Product]:
    """Make products as create_product does, all or none of them."""
    for pk in sorted({values["category_id"] for values in many if values.get("category_id") is not None}):
        hold_category(pk)  # in one order for everybody
    products = [_new(values) for values in many]
    with unique("product_sku_once", SKU_TAKEN, field="sku"):
        create_all(products, "product.created", actor=actor)
    return products


def _new(values: Values) -> Product:
    """A product that is not saved yet; its category is held."""
    _hold(values)
    product = Product(**_taxed({"currency": terms().currency, "tax_factor": TaxFactor.RATE.value, **values}))
    _check(product)
    return product


@domain_action(permission="billing.change_product")
def change_product(product: Product, values: Values, *, actor: Actor) -> Product:
    """Change the columns named in `values`. Documents keep the lines that they have."""
    _hold(values)
    product = lock(product)
    if values.get("tax_factor", product.tax_factor) != product.tax_factor:
        values = _taxed(values)
    _check(Product(**{**_columns(product), **values}))
    with unique("product_sku_once", SKU_TAKEN, field="sku"):
        amend(product, values, actor=actor, action="product.changed")
    return product


@domain_action(permission="billing.delete_product")
def delete_product(product: Product, *, actor: Actor) -> None:
    """Hide a product; documents keep their lines, and its SKU can be given to another."""
    amend(lock(product), {"deleted_at": timezone.now()}, actor=actor, action="product.deleted")


@domain_action(permission="billing.delete_product")
def restore_product(product: Product, *, actor: Actor) -> Product:
    """Put a deleted product into the catalogue again, unless its SKU has been given to another."""
    product = lock(product, deleted=True)
    with unique("product_sku_once", SKU_TAKEN, field="sku"):
        amend(product, {"deleted_at": None}, actor=actor, action="product.restored")
    return product


@domain_action(permission="billing.manage_product_categories")
def create_category(values: Values, *, actor: Actor) -> ProductCategory:
    """Make a category of a name that no other has."""
    category = ProductCategory(name=values["name"])
    with unique("productcategory_name_once", NAME_TAKEN, field="name"):
        category.save()
    record(actor, category, "product_category.created")
    return category


@domain_action(permission="billing.manage_product_categories")
def change_category(category: ProductCategory, values: Values, *, actor: Actor) -> ProductCategory:
    """Rename a category."""
    category = lock(category)
    with unique("productcategory_name_once", NAME_TAKEN, field="name"):
        amend(category, values, actor=actor, action="product_category.changed")
    return category


@domain_action(permission="billing.manage_product_categories")
def delete_category(category: ProductCategory, *, actor: Actor) -> None:
    """Remove a category; its products are in none then."""
    category = lock(category)
    for product in Product.with_deleted.select_for_update(of=("self",)).filter(category=category).order_by("pk"):
        amend(product, {"category_id": None}, actor=actor, action="product.changed")
    before = snapshot(category)
    category.delete()
    record(actor, category, "product_category.deleted", before=before)


def _hold(values: Values) -> None:
    """Hold the category that is named. Before the product: who deletes a category takes the locks in this order."""
    if values.get("category_id") is not None and not hold_category(values["category_id"]):
        raise DomainError(_("There is no category with this id."), field="category_id", code="unknown_reference")


def _taxed(values: Mapping[str, Any]) -> Values:
    """`values` with a tax rate that fits the factor, where they name none."""
    if values.get("tax_rate") is not None:
        return {**values}
    return {**values, "tax_rate": terms().tax_rate if values["tax_factor"] == TaxFactor.RATE else ZERO}


def _columns(product: Product) -> Values:
    return {field.attname: getattr(product, field.attname) for field in product._meta.concrete_fields}


def _check(product: Product) -> None:
    """Refuse figures and keys that no document could have."""
    errors = {name: [message] for name, message in _wrong(product).items() if message}
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors)


def _wrong(product: Product) -> dict[str, Any]:
    rate = Decimal(product.tax_rate)
    untaxed = product.tax_factor != TaxFactor.RATE and rate != ZERO
    return {
        "unit_price": product.unit_price < 0 and _("Must not be negative."),
        "tax_rate": (untaxed and _("What is exempt or not subject to tax has no rate."))
        or (not ZERO <= rate <= HUNDRED and _("Must be between 0 and 100.")),
        "sat_product_key": product.sat_product_key
        and not PRODUCT_KEY.fullmatch(product.sat_product_key)
        and _("Must be SAT's key of eight digits, such as 84111500."),
        "sat_unit_key": product.sat_unit_key
        and not UNIT_KEY.fullmatch(product.sat_unit_key)
        and _("Must be SAT's key of two or three letters and digits, such as E48."),
    }
