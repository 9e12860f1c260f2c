"""Activities: what somebody is to do, or has done, about a contact, a deal, a company, or nothing in particular."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.company import Company
from crm.models.contact import LIVING, Contact
from crm.models.deal import Deal
from leadercrm.core.clock import tenant_zone
from leadercrm.core.living import LivingModel


class ActivityType(models.TextChoices):
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MEETING = "meeting", _("Meeting")
    TASK = "task", _("Task")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class ActivityStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def moves(cls) -> "Mapping[ActivityStatus, set[ActivityStatus]]":
        """What was cancelled is taken up again before it can be completed (contract, section 4)."""
        return {
            cls.PENDING: {cls.COMPLETED, cls.CANCELLED},
            cls.COMPLETED: {cls.PENDING, cls.CANCELLED},
            cls.CANCELLED: {cls.PENDING},
        }


class Activity(LivingModel):
    """Something to be done by `user`, about one target at most.

    `due_at` is the moment, in UTC; where a day was given without a time (`due_all_day`), that day's
    midnight in UTC. `deadline` is when it is late: the moment itself, or the end of that day in the
    tenant's zone. `active_at` is when it was last a sign of life of its target: its completion,
    else its creation, and never once it is cancelled. `remind_at` is set while a reminder is to come.
    """

    subject = models.CharField(max_length=255)
    type = models.CharField(max_length=16, choices=ActivityType.choices)
    status = models.CharField(max_length=16, choices=ActivityStatus.choices, default=ActivityStatus.PENDING)
    priority = models.CharField(max_length=16, choices=Priority.choices, default=Priority.MEDIUM)
    due_at = models.DateTimeField(null=True, blank=True)
    due_all_day = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    deadline = models.DateTimeField(null=True, editable=False)
    active_at = models.DateTimeField(null=True, editable=False)
    remind_at = models.DateTimeField(null=True, editable=False)

    DERIVED: ClassVar[tuple[str, ...]] = ("deadline", "active_at")
    UNAUDITED: ClassVar[tuple[str, ...]] = ("deadline", "active_at", "remind_at", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "crm_activity"
        constraints = [
            models.CheckConstraint(
                name="activity_one_target",
                condition=models.Q(contact=None, deal=None)
                | models.Q(contact=None, company=None)
                | models.Q(deal=None, company=None),
            ),
            models.CheckConstraint(
                name="activity_completed_at",
                condition=models.Q(status="completed", completed_at__isnull=False)
                | (~models.Q(status="completed") & models.Q(completed_at=None)),
            ),
        ]
        indexes = [
            # Lists, each in its order.
            models.Index(fields=["due_at", "-id"], name="activity_due", condition=LIVING),
            models.Index(fields=["status", "due_at", "-id"], name="activity_status", condition=LIVING),
            models.Index(fields=["user", "due_at", "-id"], name="activity_user", condition=LIVING),
            models.Index(fields=["user", "status", "due_at", "-id"], name="activity_user_status", condition=LIVING),
            # Of a target; the contact's answers by itself whether there is one, and since when.
            models.Index(
                fields=["contact", "active_at"],
                include=["deleted_at"],
                name="activity_contact",
                condition=models.Q(contact__isnull=False),
            ),
            models.Index(fields=["deal"], name="activity_deal", condition=models.Q(deal__isnull=False)),
            models.Index(fields=["company"], name="activity_company", condition=models.Q(company__isnull=False)),
            # What is late, and figures of it.
            models.Index(
                fields=["user", "deadline"], name="activity_open", condition=LIVING & models.Q(status="pending")
            ),
            models.Index(fields=["remind_at"], name="activity_remind", condition=models.Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def owner_id(self) -> int | None:
        """Activities belong to who is to do them."""
        return self.user_id

    def derive(self) -> None:
        self.deadline = on_its_day(self.due_at, time.max) if self.due_at and self.due_all_day else self.due_at
        cancelled = self.status == ActivityStatus.CANCELLED
        self.active_at = None if cancelled else self.completed_at or self.created_at


def on_its_day(due_at: datetime, hour: time) -> datetime:
    """An hour, in the tenant's zone, of the day that is kept as midnight in UTC."""
    return datetime.combine(due_at.astimezone(UTC).date(), hour, tenant_zone()).astimezone(UTC)
