"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

from leadercrm.api.health import healthz, readyz
from leadercrm.api.openapi.views import DocsView, LlmsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("", TemplateView.as_view(template_name="start.html"), name="start"),
    path("", include("leadercrm.accounts.urls")),
    path("api/docs", DocsView.as_view(), name="api-docs"),
    path("api/v1/", include("leadercrm.api.urls")),
    path("api/", include("leadercrm.postal.api.urls")),
    path("llms.txt", LlmsView.as_view(), name="llms"),
    path("dev/mail", include("leadercrm.embedded.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
