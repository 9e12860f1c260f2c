"""Operators, their sessions and visits, and what they did."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.told import ToldMixin
from leadercrm.core.templatetags.admin_kit import changes_table, who
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.models import Operator, OperatorAudit, OperatorSession, Visit
from leadercrm.operators.site import operator_site


@admin.register(Operator, site=operator_site)
class OperatorAdmin(PlatformAdmin):
    section, icon = "people", "support_agent"
    list_display = ("email", "name", "is_active", "last_login", "created_at")
    search_fields = ("email", "name")
    fields: ClassVar[Any] = (("email", "name"), "is_active", ("created_at", "last_login"))


@admin.register(OperatorSession, site=operator_site)
class OperatorSessionAdmin(PlatformAdmin):
    section, icon = "people", "computer"
    list_display = ("operator", "created_at", "last_used_at", "expires_at", "ended_at")
    list_select_related = ("operator",)
    fields: ClassVar[Any] = ("operator", ("created_at", "last_used_at"), ("expires_at", "ended_at"))


@admin.register(Visit, site=operator_site)
class VisitAdmin(PlatformAdmin):
    section, icon = "records", "tour"
    list_display = ("operator", "tenant", "reason", "created_at", "ended_at")
    list_select_related = ("operator", "tenant")
    fields: ClassVar[Any] = (("operator", "tenant"), "reason", ("created_at", "expires_at", "ended_at"))


@admin.register(OperatorAudit, site=operator_site)
class OperatorAuditAdmin(ToldMixin, PlatformAdmin):
    section, icon = "records", "history"
    list_display = ("at", "deed", "kind", "object_id", "tenant_id", "doer", "ip")
    list_select_related = ("operator",)
    search_fields = ("action", "=object_id", "=tenant_id", "label")
    fields: ClassVar[Any] = (
        ("at", "deed"), ("kind", "object_id", "tenant_id"), ("operator", "label"),
        ("ip", "request_id"), "written",
    )  # fmt: skip
    readonly_fields = ("deed", "kind", "written")

    @admin.display(description=_("who"))
    def doer(self, entry: Any) -> str:
        return who(entry) or "-"

    @admin.display(description=_("changes"))
    def written(self, entry: OperatorAudit) -> str:
        return changes_table(entry)
