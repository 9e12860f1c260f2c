"""Merges: a row made one with another of its kind, with all that is needed to take them apart again."""

from typing import Any

from django.conf import settings
from django.db import models

from crm.models.company import Company
from crm.models.contact import Contact


class Merge(models.Model):
    """`loser` merged into `survivor`, two rows of one kind.

    `undo` is {"survivor" and "loser": {column: [before, after]} of those that changed,
    "moved": {"app.model.field": [ids]}, "removed": [{"model", "id", "row": its JSON as text}]}.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    undo: Any = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)

    survivor: Any
    loser: Any
    survivor_id: int
    loser_id: int

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.survivor_id}"


class ContactMerge(Merge):
    """One contact merged into another."""

    survivor = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    loser = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "crm_contactmerge"


class CompanyMerge(Merge):
    """One company merged into another."""

    survivor = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    loser = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "crm_companymerge"
