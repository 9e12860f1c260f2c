"""That a person was erased, without anything that says who it was."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone


class Erasure(models.Model):
    """Somebody's data were erased on their demand. `contact_id` is the number of a contact that says nothing any more.

    `kept` counts what the law wants kept, by model: {"billing.invoice": 2}. The reason is the administrator's, with
    what would name the person taken out of it.
    """

    contact_id = models.BigIntegerField(unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    reason = models.TextField()
    kept: Any = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "crm_erasure"

    def __str__(self) -> str:
        return f"#{self.contact_id}"
