"""What stands under /api/v1."""

from django.urls import include, path

from leadercrm.api.bulk import BulkView
from leadercrm.api.openapi.views import OpenApiView

# In the order in which the description shows them.
urlpatterns = [
    path("", include("leadercrm.accounts.api.urls")),
    path("", include("crm.api.urls")),
    path("", include("billing.api.urls")),
    path("", include("marketing.api.urls")),
    path("", include("events.api.urls")),
    path("", include("leadercrm.notifications.api.urls")),
    path("", include("leadercrm.agents.api.urls")),
    path("", include("leadercrm.dashboard.api.urls")),
    path("", include("leadercrm.webhooks.api.urls")),
    path("bulk", BulkView.as_view(), name="bulk"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
]
