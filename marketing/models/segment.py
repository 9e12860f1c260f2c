"""Segments: groups of contacts, named one by one or described by conditions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from leadercrm.core.living import LivingModel


class SegmentType(models.TextChoices):
    """How a segment gets its members."""

    STATIC = "static", _("static")
    DYNAMIC = "dynamic", _("dynamic")


class Segment(LivingModel):
    """A group of contacts. A dynamic one holds `conditions`, and nobody at all without one (A-46);
    a static one holds members. Who belongs to it is asked in SQL at the moment, never stored.
    """

    name = models.CharField(max_length=255)
    type = models.CharField(max_length=16, choices=SegmentType.choices)
    conditions = models.JSONField(default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta(LivingModel.Meta):
        db_table = "marketing_segment"

    def __str__(self) -> str:
        return self.name


class SegmentMember(models.Model):
    """A contact that was put into a static segment."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "marketing_segmentmember"
        constraints = [models.UniqueConstraint(fields=["segment", "contact"], name="segmentmember_once")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.contact_id}"
