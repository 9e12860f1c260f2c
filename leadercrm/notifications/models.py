"""Notifications of one user, and which of them that user wants."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotificationType(models.TextChoices):
    """What a notification is about (contract, section 4). The label is what a preference is called."""

    DEAL_WON = "deal_won", _("Deal won")
    DEAL_LOST = "deal_lost", _("Deal lost")
    QUOTE_APPROVED = "quote_approved", _("Quote approved")
    QUOTE_REJECTED = "quote_rejected", _("Quote rejected")
    QUOTE_VIEWED = "quote_viewed", _("Quote viewed")
    INVOICE_PAID = "invoice_paid", _("Invoice paid")
    PAYMENT_RECEIVED = "payment_received", _("Payment received")
    INVOICE_OVERDUE = "invoice_overdue", _("Invoice overdue")
    CONTRACT_SIGNED = "contract_signed", _("Contract signed")
    CONTRACT_ENDING = "contract_ending", _("Contract ending")
    MAIL_FAILED = "mail_failed", _("Mail not delivered")
    RECURRING_STOPPED = "recurring_stopped", _("Recurring invoice stopped")
    LEAD_ASSIGNED = "lead_assigned", _("Lead assigned")
    FORM_SUBMISSION = "form_submission", _("Form submitted")
    ACTIVITY_DUE = "activity_due", _("Activity due")
    ACTIVITY_ASSIGNED = "activity_assigned", _("Activity assigned")
    EVENT_INVITATION = "event_invitation", _("Invitation to an event")
    EVENT_REMINDER = "event_reminder", _("Event soon")
    EVENT_CHANGED = "event_changed", _("Event changed or cancelled")
    EVENT_REGISTRATION = "event_registration", _("Registration for an event")
    CAMPAIGN_SENT = "campaign_sent", _("Campaign sent")
    CAMPAIGN_STOPPED = "campaign_stopped", _("Campaign not sent")
    IMPORT_FINISHED = "import_finished", _("Import finished")
    AGENT_APPROVAL_REQUESTED = "agent_approval_requested", _("An agent asks for approval")


class Notification(models.Model):
    """Something that a user should know, in that user's language. `url` is relative: `/deals/5`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=32, choices=NotificationType.choices)
    title = models.CharField(max_length=255)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=255, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "notifications_notification"
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_mine"),
            models.Index(fields=["user", "-id"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """What a user has chosen for one type. Without a row: shown, and not mailed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.CharField(max_length=32, choices=NotificationType.choices)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=False)

    class Meta:
        db_table = "notifications_preference"
        constraints = [models.UniqueConstraint(fields=["user", "type"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.type}"
