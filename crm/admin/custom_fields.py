"""Fields that the tenant has defined, in its admin site: looked at here, defined in the settings of the back office."""

from django.contrib import admin

from crm.models import CustomField
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(CustomField, site=tenant_site)
class CustomFieldAdmin(ActionAdmin):
    section, icon = "sales", "edit_attributes"
    ordering = ("position", "id")
    list_display = ("label", "key", "type", "required")
    search_fields = ("label", "key")
    list_filter = ("type",)
