"""Addresses of webhooks and of the feed of changes."""

from django.urls import path

from leadercrm.core.api.routers import ApiRouter
from leadercrm.webhooks.api.views import ChangesView, WebhookViewSet

router = ApiRouter()
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns = [
    path("changes", ChangesView.as_view(), name="changes"),
    *router.urls,
    path(
        "webhooks/<int:webhook_pk>/deliveries/<int:pk>/resend",
        WebhookViewSet.as_view({"post": "resend"}),
        name="webhook-resend",
    ),
]
