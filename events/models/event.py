"""Events: what happens between two moments, and may have a limited number of seats."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from leadercrm.core.living import LivingModel

LIVING = models.Q(deleted_at__isnull=True)
# Suggested; a tenant's own are as good (contract: "meeting, webinar, training, etc.").
TYPES = ("meeting", "webinar", "training", "conference", "workshop", "other")


class Event(LivingModel):
    """Something that people attend.

    Of a mandatory one every active user is an attendee. `is_open` says whether its public page takes
    registrations; the page's link ends with `link_version`. `revision` counts what calendars have to be
    told (SEQUENCE of RFC 5545). `remind_at` is set while reminders are to come, `reminder_minutes` before
    the start; none are sent without those.
    """

    title = models.CharField(max_length=255)
    type = models.CharField(max_length=50)
    description = models.TextField(null=True, blank=True)
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    location = models.CharField(max_length=255, null=True, blank=True)
    max_attendees = models.PositiveIntegerField(null=True, blank=True)
    is_mandatory = models.BooleanField(default=False)
    is_open = models.BooleanField(default=False)
    reminder_minutes = models.PositiveIntegerField(null=True, blank=True, default=1440)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    link_version = models.PositiveIntegerField(default=1, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    remind_at = models.DateTimeField(null=True, editable=False)

    UNAUDITED: ClassVar[tuple[str, ...]] = ("remind_at", "revision", "updated_at")

    class Meta(LivingModel.Meta):
        db_table = "events_event"
        constraints = [
            models.CheckConstraint(condition=models.Q(end_at__gt=models.F("start_at")), name="event_ends_after_start"),
            models.CheckConstraint(
                condition=models.Q(max_attendees__isnull=True) | models.Q(max_attendees__gte=1), name="event_has_seats"
            ),
        ]
        indexes = [
            models.Index(fields=["start_at", "-id"], name="event_start", condition=LIVING),
            models.Index(fields=["remind_at"], name="event_remind", condition=models.Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title
