"""What stands under /api/v1."""

from django.urls import include, path

urlpatterns = [
    path("", include("crm.api.urls")),
    path("", include("leadercrm.accounts.api.urls")),
    path("", include("leadercrm.notifications.api.urls")),
]
