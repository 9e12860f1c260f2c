"""Products in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.models import Product
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(Product, _("product"), _("products"), name=_("name"), unit_price=_("unit price"), tax_rate=_("tax rate"))


@admin.register(Product, site=tenant_site)
class ProductAdmin(ActionAdmin):
    section, icon, counted = "billing", "sell", True
    list_display = ("name", "unit_price", "currency", "tax_rate")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name", "unit_price", "currency", "tax_rate")
