"""Companies in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.actions.companies import change_company, create_company, delete_company, restore_company
from crm.admin import columns
from crm.api.serializers import CompanyInput
from crm.models import Company
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(Company, site=tenant_site)
class CompanyAdmin(ActionAdmin):
    section, icon, counted = "sales", "apartment", True
    create_action, update_action, delete_action = create_company, change_company, delete_company
    serializer = CompanyInput
    search_column = "search"
    annotations: ClassVar[Any] = {
        "contacts_number": columns.contacts("company"),
        "open_deals": columns.open_deals("company"),
    }
    list_display = ("name", "industry", "tax_id", "phone", "owner", "people", "deals_number", "created_at")
    list_select_related = ("owner",)
    list_filter = ("owner",)
    autocomplete_fields = ("owner",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", ("domain", "tax_id"), ("phone", "email"))}),
        (_("Size"), {"fields": ("industry", ("employee_range", "annual_revenue"))}),
        (_("Sales"), {"fields": ("owner", ("created_at", "updated_at"))}),
    )
    buttons = (
        Button(
            "restore",
            _("Restore"),
            restore_company,
            explanation=_("The company leaves the bin, and its contacts are its own again."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )

    @admin.display(description=_("contacts"))
    def people(self, row: Any) -> int:
        return int(row.contacts_number)

    @admin.display(description=_("open deals"))
    def deals_number(self, row: Any) -> int:
        return int(row.open_deals)
