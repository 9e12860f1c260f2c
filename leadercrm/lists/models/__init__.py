"""What lists keep: things done to many rows at once, views, columns, and files."""

from leadercrm.lists.models.batch import Batch, BatchKind, BatchRow, BatchStatus, Outcome
from leadercrm.lists.models.export import Export, ExportStatus
from leadercrm.lists.models.view import ListChoice, SavedView

__all__ = [
    "Batch",
    "BatchKind",
    "BatchRow",
    "BatchStatus",
    "Export",
    "ExportStatus",
    "ListChoice",
    "Outcome",
    "SavedView",
]
