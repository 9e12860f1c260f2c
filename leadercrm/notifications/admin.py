"""Notifications in a tenant's admin site: who was told what. Nobody writes them here."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from leadercrm.notifications.models import Notification, Preference

call(
    Notification, _("notification"), _("notifications"), user=_("user"), type=_("kind"), title=_("title"),
    body=_("text"), url=_("address"), read_at=_("read"), created_at=_("sent"),
)  # fmt: skip
call(
    Preference, _("notification preference"), _("notification preferences"), user=_("user"), type=_("kind"),
    in_app=_("shown"), email=_("mailed"),
)  # fmt: skip


class UnreadFilter(OneOfFilter):
    """Read or not."""

    title, parameter_name = _("read"), "read"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Read")), ("no", _("Unread"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(read_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Notification, site=tenant_site)
class NotificationAdmin(ActionAdmin):
    section, icon = "records", "notifications"
    list_display = ("created_at", "user", "type", "title", "body", "read_at")
    list_select_related = ("user",)
    list_filter = (UnreadFilter, "type", "user")
    search_fields = ("title", "body")
    fields: ClassVar[Any] = (("user", "type"), "title", "body", "url", ("created_at", "read_at"))


@admin.register(Preference, site=tenant_site)
class PreferenceAdmin(ActionAdmin):
    """Only what somebody has chosen: without a row a kind is shown and not mailed."""

    section, icon = "records", "tune"
    list_display = ("user", "type", "in_app", "email")
    list_select_related = ("user",)
    list_filter = ("type", "user")
    fields: ClassVar[Any] = (("user", "type"), ("in_app", "email"))
