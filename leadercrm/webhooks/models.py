"""Addresses of others that are told of what happens in an account, and what was sent to them."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Webhook(models.Model):
    """An address that gets events. `events` are names or patterns: `quote.sent`, `contact.*`, `*`.

    `sealed` and `sealed_before` are the secrets that its messages are signed with; the one from before a change is used
    beside the new one until `before_until`. Of the audit, everything up to (`position_at`, `position_id`) has been
    taken into deliveries.
    """

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=255, blank=True)
    events = ArrayField(models.CharField(max_length=64))
    is_active = models.BooleanField(default=True)
    sealed = models.TextField(editable=False)
    sealed_before = models.TextField(editable=False, blank=True)
    before_until = models.DateTimeField(null=True, editable=False)
    position_at = models.DateTimeField(editable=False)
    position_id = models.BigIntegerField(editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    UNAUDITED: ClassVar[tuple[str, ...]] = ("sealed", "sealed_before", "position_at", "position_id", "updated_at")

    class Meta:
        db_table = "webhooks_webhook"

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


def new_message_id() -> str:
    """What the receiver knows a message again by, however often it comes."""
    return f"msg_{secrets.token_hex(12)}"


class Delivery(models.Model):
    """One event for one address. `due_at` is when it is tried next, or when a try that nobody has ended is given up."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    message_id = models.CharField(max_length=64, default=new_message_id)
    # Of the audit; null for a message that only tries the address.
    entry_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=64)
    payload = models.JSONField()
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    status_code = models.SmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    duration_ms = models.IntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "webhooks_delivery"
        indexes = [
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.message_id
