"""What pages read of batches."""

from typing import Any

from django.db.models import F

from leadercrm.core.actor import Actor, Scope
from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.lists.models import Batch, BatchKind

IMPORT_COLUMNS = {
    "id": "id",
    "name": "name",
    "resource": "resource",
    "status": "status",
    "user_name": F("user__name"),
    "total": "total",
    "made": "made",
    "changed": "changed",
    "skipped": "skipped",
    "failed": "failed",
    "created_at": Timestamp("created_at"),
}


class BatchRows(JsonRows):
    """Batches that the role lets somebody see: their own, their team's, all."""

    def _scope(self, actor: Actor | None) -> Scope:
        return actor.scope("lists.view_batch") if actor else Scope.ALL


# Those of every kind.
BATCHES = BatchRows(Batch.objects.all, IMPORT_COLUMNS, owner="user_id", living=False)


def _imports() -> Any:
    return Batch.objects.filter(kind=BatchKind.IMPORT)


# The tally counts batches of every kind: this list counts its own.
IMPORTS = BatchRows(_imports, IMPORT_COLUMNS, owner="user_id", living=False)
