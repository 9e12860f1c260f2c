"""Rows that are deleted softly, and that keep columns derived from their others."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from leadercrm.core.keeping import KeptModel


class LivingManager(models.Manager[Any]):
    """Rows that have not been deleted: the default everywhere."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(deleted_at__isnull=True)


class LivingModel(KeptModel):
    """A business row: when it was made, changed and deleted, and its derived columns.

    `derive()` is a pure function of the row's own columns; every save runs it, so that no door can
    leave a derived column behind.
    """

    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    DERIVED: ClassVar[tuple[str, ...]] = ()
    UNAUDITED: ClassVar[tuple[str, ...]] = ("updated_at",)

    objects = LivingManager()
    with_deleted = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "with_deleted"

    def derive(self) -> None:
        """Set the columns named in DERIVED."""

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.derive()
        self.updated_at = timezone.now()
        if update_fields is not None:
            update_fields = {*update_fields, *self.DERIVED, "updated_at"}
        super().save(*args, update_fields=update_fields, **kwargs)
