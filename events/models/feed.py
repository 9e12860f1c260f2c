"""Feeds that a calendar program reads, by a secret link."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CalendarFeed(models.Model):
    """The events of one user, or of the tenant where there is none. Its link ends with `link_version`.

    A revoked one opens nothing until it is shared again, under another link then.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    link_version = models.PositiveIntegerField(default=1)
    is_shared = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "events_calendarfeed"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="calendarfeed_tenant_once", condition=models.Q(user__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return str(self.user or "")
