"""Batches: something done to many rows, one after the other, in the background, that can be taken back."""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BatchKind(models.TextChoices):
    IMPORT = "import", _("Import")
    CHANGE = "change", _("Change")
    DELETE = "delete", _("Deletion")


class BatchStatus(models.TextChoices):
    """An import begins with its file, everything else with its rows."""

    READING = "reading", _("Reading the file")
    MAPPING = "mapping", _("To be mapped")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    REVERTING = "reverting", _("Being reverted")
    REVERTED = "reverted", _("Reverted")

    @classmethod
    def moves(cls) -> Mapping["BatchStatus", tuple["BatchStatus", ...]]:
        return {
            cls.READING: (cls.MAPPING, cls.FAILED),
            cls.MAPPING: (cls.RUNNING,),
            cls.RUNNING: (cls.DONE, cls.FAILED),
            cls.DONE: (cls.REVERTING,),
            cls.FAILED: (cls.REVERTING,),
            cls.REVERTING: (cls.REVERTED,),
            cls.REVERTED: (),
        }


class Batch(models.Model):
    """`resource` is the name of a leadercrm.lists.kinds.Kind; `options` what was asked for.

    An import's options are {"head": [texts], "columns": [a target's name or ""], "same", "dates"}, those of a
    change {"values": the API's body}. `done` of `total` rows are dealt with; it never runs ahead of what is committed.
    `once` is made up by the form: sent twice, it makes one batch. `error` is English, for gettext.
    """

    kind = models.CharField(max_length=16, choices=BatchKind.choices)
    resource = models.CharField(max_length=32)
    status = models.CharField(max_length=16, choices=BatchStatus.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=255, blank=True)
    file = models.CharField(max_length=64, blank=True)
    options = models.JSONField(default=dict)
    once = models.CharField(max_length=64, null=True, unique=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    made = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    reverted = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    UNAUDITED: ClassVar[tuple[str, ...]] = ("file", "once")

    class Meta:
        db_table = "lists_batch"

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"

    @property
    def owner_id(self) -> int | None:
        """Whose it is, for permissions."""
        return self.user_id

    @property
    def percent(self) -> int:
        """How far it has come."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_under_way(self) -> bool:
        return self.status in (BatchStatus.READING, BatchStatus.RUNNING, BatchStatus.REVERTING)


class Outcome(models.TextChoices):
    """What became of a row; nothing yet is the empty text."""

    MADE = "made", _("New")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")


class BatchRow(models.Model):
    """One row of a batch: what came in, what it became, and all that is needed to take it back.

    `changes` is {column: [before, after]} of a row that was there; `also` ids of rows of other kinds that were made
    with it, by kind. `why` says in the language of whoever began the batch why it was skipped, failed, or stayed.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    place = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(), null=True)
    object_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    changes = models.JSONField(null=True)
    also = models.JSONField(null=True)
    why = models.TextField(blank=True)
    reverted = models.BooleanField(null=True)

    class Meta:
        db_table = "lists_batchrow"
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="batchrow_place")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.place}"
