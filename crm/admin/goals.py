"""Goals in a tenant's admin site: looked at here, set in the settings of the back office."""

from django.contrib import admin

from crm.models import SalesGoal
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(SalesGoal, site=tenant_site)
class SalesGoalAdmin(ActionAdmin):
    section, icon = "sales", "target"
    ordering = ("-month", "id")
    list_display = ("month", "user", "team", "amount")
    list_select_related = ("user", "team")
