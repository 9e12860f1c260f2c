"""Notifications and what users chose of them, in a tenant's admin site: to be read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from leadercrm.notifications.models import Notification, Preference

call(
    Notification, _("notification"), _("notifications"), user=_("user"), type=_("type"), title=_("title"),
    body=_("text"), url=_("address"), read_at=_("read"), created_at=_("created"),
)  # fmt: skip
call(
    Preference, _("notification preference"), _("notification preferences"), user=_("user"), type=_("type"),
    in_app=_("shown"), email=_("mailed"),
)  # fmt: skip


@admin.register(Notification, site=tenant_site)
class NotificationAdmin(ActionAdmin):
    section, icon = "records", "notifications"
    list_display = ("title", "type", "user", "created_at", "read_at")
    list_select_related = ("user",)
    list_filter = ("type", "user")
    fields: ClassVar[Any] = (("user", "type"), "title", "body", "url", ("created_at", "read_at"))


@admin.register(Preference, site=tenant_site)
class PreferenceAdmin(ActionAdmin):
    section, icon = "records", "tune"
    list_display = ("user", "type", "in_app", "email")
    list_select_related = ("user",)
    list_filter = ("type",)
    fields: ClassVar[Any] = ("user", "type", ("in_app", "email"))
