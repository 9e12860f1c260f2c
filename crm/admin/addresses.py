"""Addresses in a tenant's admin site: looked at here, changed on the pages of contacts and companies."""

from django.contrib import admin

from crm.models import Address
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(Address, site=tenant_site)
class AddressAdmin(ActionAdmin):
    section, icon = "sales", "home_pin"
    list_display = ("street", "colony", "postal_code", "municipality", "state", "contact", "company")
    list_select_related = ("contact", "company")
    search_fields = ("street", "colony", "municipality")
