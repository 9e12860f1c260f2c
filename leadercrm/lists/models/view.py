"""How people look at their lists: views that they have kept, and the columns that they have chosen."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class SavedView(models.Model):
    """A list's filters, order and columns under a name. `listing` is the list's address, `query` what stands behind it.

    A shared one is seen by everybody in the tenant, and changed by its owner and whoever may share.
    """

    listing = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    query = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(default=False)

    class Meta:
        db_table = "lists_savedview"
        indexes: ClassVar = [models.Index(fields=["listing", "name"], name="savedview_listing")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int:
        return self.user_id


class ListChoice(models.Model):
    """What one user has chosen for a list: columns in their order, and the view that it opens with."""

    listing = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    columns = ArrayField(models.CharField(max_length=80), null=True)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "lists_listchoice"
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="listchoice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.listing}"
