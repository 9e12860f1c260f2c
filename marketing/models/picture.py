"""Pictures that campaigns show: a tenant's shelf of them."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class CampaignPicture(models.Model):
    """A picture on the shelf: `file` is its path below the storage, `name` what its sender called it."""

    file = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "marketing_campaignpicture"

    def __str__(self) -> str:
        return self.name or self.file
