"""The addresses of what is done to many rows."""

from django.urls import path

from leadercrm.lists.backoffice import wording  # noqa: F401 - enters itself
from leadercrm.lists.backoffice.imports import ImportList, ImportNew, ImportPage, ImportRevert, ImportRows

urlpatterns = [
    path("imports", ImportList.as_view(), name="imports"),
    path("imports/new", ImportNew.as_view(), name="import-new"),
    path("imports/<int:pk>", ImportPage.as_view(), name="import"),
    path("imports/<int:pk>/rows", ImportRows.as_view(), name="import-rows"),
    path("imports/<int:pk>/revert", ImportRevert.as_view(), name="import-revert"),
]
