"""The pages of products."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from billing.actions.products import change_product, create_product, delete_product, restore_product
from billing.api.serializers_products import ProductInput
from billing.backoffice.options import categories, tax_factors
from billing.filters_products import ProductFilter
from billing.queries_products import DELETED_PRODUCTS, PRODUCTS
from leadercrm.core.api.responses import base_url
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import Page, json_row
from leadercrm.core.web.reading import page_of

OFFERED = ("unit_price", "tax_rate", "tax_factor", "currency")


class ProductList(ListPage):
    title = _("Products")
    section = "products"
    rows = PRODUCTS
    filters = ProductFilter.base_filters
    row_url, new_url = "web:product-edit", "web:product-new"
    new_label, new_permission = _("New product"), "billing.create_product"
    search_hint = _("Name, SKU or description")
    empty_title = _("No products yet")
    empty_text = _("What is in the catalogue fills in a quote's lines by itself.")
    bulk, bulk_permission = "products", "billing.change_product"
    columns = (
        Column("name", _("Name"), "title", sort="search"),
        Column("sku", _("SKU"), sort="sku"),
        Column("unit_price", _("Price"), "money", sort="unit_price"),
        Column("tax_rate", _("Tax"), "percent", sort="tax_rate"),
        Column("is_active", _("On sale"), "flag"),
        Column("currency", _("Currency"), sort="currency", extra=True),
        Column("sat_product_key", _("SAT product key"), sort="sat_product_key", extra=True),
        Column("sat_unit_key", _("SAT unit key"), sort="sat_unit_key", extra=True),
        Column("created_at", _("Added"), "moment", sort="id", extra=True),
    )
    choices = (Choice("active_only", _("All products"), lambda: [("true", _("On sale"))]),)

    def given(self) -> dict[str, Any]:
        return {"base_url": base_url(self.request)}


class ProductForm(FormPage):
    """Make a product, or change one."""

    section = "products"
    rows = PRODUCTS
    template = "billing/backoffice/product.html"
    serializer = ProductInput
    create_action, update_action = create_product, change_product
    place = ("web:products", "web:product-edit", _("New product"), _("Edit product"))
    fields = (
        Field("name", _("Name"), half=False),
        Field("sku", _("SKU")),
        Field("category_id", _("Category"), "choice", options=categories),
        Field("unit_price", _("Price before tax"), "money"),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("tax_factor", _("Tax"), "choice", options=tax_factors),
        Field("tax_rate", _("Rate, %"), "number"),
        Field("sat_product_key", _("SAT product key")),
        Field("sat_unit_key", _("SAT unit key")),
        Field("description", _("Description"), "area", half=False),
        Field("is_active", _("On sale"), "flag", half=False),
    )

    def preset(self) -> dict[str, Any]:
        return {"is_active": True, "tax_factor": "tasa", **super().preset()}

    def beside(self) -> dict[str, Any]:
        return {"may_delete": self.actor.may("billing.delete_product")}

    def _row(self) -> dict[str, Any] | None:
        pk = self.kwargs.get("pk")
        if pk is None:
            return None
        row = json_row(PRODUCTS, pk, self.actor, {"base_url": base_url(self.request)})
        return {**row, "category_id": row["category"] and row["category"]["id"]}


class ProductDelete(ActPage):
    """Take it out of the catalogue; documents keep their lines."""

    rows, action, done = PRODUCTS, delete_product, _("Product deleted.")
    undo, then_list = "web:product-restore", "web:products"


class ProductRestore(RestorePage):
    """Put it into the catalogue again."""

    rows, action, done, then = DELETED_PRODUCTS, restore_product, _("Product restored."), "web:product-edit"


class ProductOptions(Page):
    """Products whose name or SKU is being typed, for lines: with all that a line takes from them."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        query = {"search": request.GET.get("q", ""), "active_only": "true"}
        given = {"base_url": base_url(request)}
        filters = ProductFilter.base_filters
        rows = json.loads(page_of(PRODUCTS, self.actor, filters=filters, query=query, limit=20, given=given).rows)
        options = [
            {"value": row["id"], "text": " · ".join(filter(None, (row["name"], row["sku"]))), "name": row["name"],
             **{name: row[name] for name in OFFERED}}
            for row in rows
        ]  # fmt: skip
        return JsonResponse({"options": options})
