"""The addresses of what is done to many rows, and to lists."""

from django.urls import path

from leadercrm.lists.backoffice import wording  # noqa: F401 - enters itself
from leadercrm.lists.backoffice.bulk import BulkPage
from leadercrm.lists.backoffice.exports import ExportAdd, ExportFile
from leadercrm.lists.backoffice.imports import BatchPage, BatchRevert, BatchRowsFile, ImportList, ImportNew
from leadercrm.lists.backoffice.views import ColumnsChoose, ViewAdd, ViewChange

urlpatterns = [
    path("imports", ImportList.as_view(), name="imports"),
    path("imports/new", ImportNew.as_view(), name="import-new"),
    path("batches/<int:pk>", BatchPage.as_view(), name="batch"),
    path("batches/<int:pk>/rows", BatchRowsFile.as_view(), name="batch-rows"),
    path("batches/<int:pk>/revert", BatchRevert.as_view(), name="batch-revert"),
    path("bulk/<slug:name>", BulkPage.as_view(), name="bulk"),
    path("lists/views", ViewAdd.as_view(), name="view-new"),
    path("lists/views/<int:pk>", ViewChange.as_view(), name="view"),
    path("lists/columns", ColumnsChoose.as_view(), name="columns"),
    path("exports", ExportAdd.as_view(), name="export-new"),
    path("exports/<int:pk>", ExportFile.as_view(), name="export"),
]
