"""Who was erased, in a tenant's admin site: numbers and reasons."""

from django.contrib import admin

from crm.models import Erasure
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(Erasure, site=tenant_site)
class ErasureAdmin(ActionAdmin):
    section, icon = "sales", "person_off"
    list_display = ("contact_id", "reason", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("reason",)
