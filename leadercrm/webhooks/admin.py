"""Webhooks in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call
from leadercrm.webhooks.actions.webhooks import change_webhook, delete_webhook
from leadercrm.webhooks.api.serializers import WebhookInput
from leadercrm.webhooks.models import Delivery, Webhook

call(
    Webhook, _("webhook"), _("webhooks"), url=_("address"), description=_("description"), events=_("events"),
    is_active=_("active"), failing_since=_("failing since"), disabled_at=_("switched off"), created_by=_("by"),
    created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    Delivery, _("message to a webhook"), _("messages to webhooks"), webhook=_("webhook"), message_id=_("message"),
    event=_("event"), payload=_("content"), state=_("status"), attempts=_("tries"), due_at=_("due"),
    status_code=_("answer"), error=_("error"), duration_ms=_("milliseconds"), created_at=_("created"),
    delivered_at=_("delivered"),
)  # fmt: skip
tell(secret_rotated=_("new secret"), replayed=_("replay"), test=_("trial"))
tell_columns(before_until=_("former secret until"))


@admin.register(Webhook, site=tenant_site)
class WebhookAdmin(ActionAdmin):
    section, icon = "records", "webhook"
    update_action, delete_action = change_webhook, delete_webhook
    serializer = WebhookInput
    list_display = ("url", "description", "events", "is_active", "failing_since", "created_at")
    list_filter = ("is_active",)
    search_fields = ("url", "description")
    readonly_fields = ("failing_since", "disabled_at", "created_by", "created_at")
    fields: ClassVar[Any] = (
        "url", "description", "events", "is_active", ("failing_since", "disabled_at"), ("created_by", "created_at"),
    )  # fmt: skip


@admin.register(Delivery, site=tenant_site)
class DeliveryAdmin(ActionAdmin):
    """Written by the worker alone."""

    section, icon = "records", "outbound"
    list_display = ("created_at", "webhook", "event", "state", "attempts", "status_code", "error")
    list_select_related = ("webhook",)
    list_filter = ("state",)
    search_fields = ("event", "message_id", "error")
