"""Products and their categories in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from billing.actions.products import (
    change_category,
    change_product,
    create_category,
    create_product,
    delete_category,
    delete_product,
)
from billing.api.serializers_products import CategoryInput, ProductInput
from billing.models import Product, ProductCategory
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Product, _("product"), _("products"), name=_("name"), sku=_("SKU"), description=_("description"),
    unit_price=_("unit price"), tax_rate=_("tax rate"), tax_factor=_("tax factor"), currency=_("currency"),
    is_active=_("is sold"), category=_("category"), sat_product_key=_("SAT product key"),
    sat_unit_key=_("SAT unit key"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(ProductCategory, _("product category"), _("product categories"), name=_("name"))


@admin.register(Product, site=tenant_site)
class ProductAdmin(ActionAdmin):
    section, icon, counted = "billing", "sell", True
    create_action, update_action, delete_action = create_product, change_product, delete_product
    serializer = ProductInput
    search_column = "search"
    list_display = ("name", "sku", "category", "unit_price", "currency", "tax_rate", "tax_factor", "is_active")
    list_select_related = ("category",)
    list_filter = ("is_active", "category", "tax_factor")
    autocomplete_fields = ("category",)
    readonly_fields = ("pictures", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "sku"), "description", ("category", "is_active"), "pictures")}),
        (_("Price"), {"fields": (("unit_price", "currency"), ("tax_factor", "tax_rate"))}),
        ("SAT", {"fields": (("sat_product_key", "sat_unit_key"),)}),
        (_("Record"), {"fields": (("created_at", "updated_at"),)}),
    )

    @admin.display(description=_("pictures"))
    def pictures(self, row: Product) -> Any:
        images = row.images.order_by("position", "pk")
        return (
            format_html_join(" ", '<img src="/storage/{}" alt="" width="96">', ((one.file,) for one in images)) or "-"
        )


@admin.register(ProductCategory, site=tenant_site)
class ProductCategoryAdmin(ActionAdmin):
    section, icon = "billing", "category"
    create_action, update_action, delete_action = create_category, change_category, delete_category
    serializer = CategoryInput
    annotations: ClassVar[Any] = {
        "products_number": Count("products", filter=Q(products__deleted_at__isnull=True)),
    }
    list_display = ("name", "products_number")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name",)

    @admin.display(description=_("products"))
    def products_number(self, row: Any) -> int:
        return int(row.products_number)
