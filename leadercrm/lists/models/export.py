"""Lists as files that are too large for a request: made in the background, kept for some days, for one user."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportStatus(models.TextChoices):
    WAITING = "waiting", _("Being made")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")

    @classmethod
    def moves(cls) -> Mapping["ExportStatus", tuple["ExportStatus", ...]]:
        return {cls.WAITING: (cls.DONE, cls.FAILED), cls.DONE: (), cls.FAILED: ()}


class Export(models.Model):
    """`listing` is the list's address, `query` what stands behind it; `file` the name of what was made (storing)."""

    listing = models.CharField(max_length=64)
    query = models.JSONField(default=dict)
    kind = models.CharField(max_length=8)
    status = models.CharField(max_length=16, choices=ExportStatus.choices, default=ExportStatus.WAITING)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    rows = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=64, blank=True)
    once = models.CharField(max_length=64, null=True, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    UNAUDITED = ("file", "once")

    class Meta:
        db_table = "lists_export"

    def __str__(self) -> str:
        return f"{self.name}.{self.kind}"

    @property
    def owner_id(self) -> int:
        return self.user_id
