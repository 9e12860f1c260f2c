"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern
from django.views.generic import RedirectView

from leadercrm.api.health import healthz, readyz
from leadercrm.api.openapi.views import DocsView, LlmsFullView, LlmsView
from leadercrm.oauth.addresses import METADATA, MetadataView


def site(place: str, module: str, name: str) -> URLResolver:
    """A site's addresses; its heavy module is imported when one of them is asked for, and not for the API."""
    return URLResolver(RoutePattern(place, is_endpoint=False), module, app_name="admin", namespace=name)


# The patterns are tried one by one: those that are asked for most, and are all below one address, come first.
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/docs", DocsView.as_view(), name="api-docs"),
    path("api/v1/", include("leadercrm.api.urls")),
    path("api/", include("leadercrm.postal.api.urls")),
    path("api/", include("marketing.api.urls_public")),
    path("api/", include("marketing.api.hook_urls")),
    path("", include("leadercrm.backoffice.page_urls")),
    path("", include("leadercrm.accounts.urls")),
    path("", include("billing.public.urls")),
    path("", include("marketing.public.urls")),
    path("", include("events.public.urls")),
    path("llms.txt", LlmsView.as_view(), name="llms"),
    path("llms-full.txt", LlmsFullView.as_view(), name="llms-full"),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("operator", RedirectView.as_view(url="/operator/")),
    site("admin/", "leadercrm.backoffice.urls", "admin"),
    site("operator/", "leadercrm.operators.urls", "operator"),
    site("connect", "leadercrm.oauth.page_urls", "connect"),
    site("oauth/", "leadercrm.oauth.urls", "oauth"),
    path(METADATA.lstrip("/"), MetadataView.as_view(), name="oauth-metadata"),
    path("dev/mail", include("leadercrm.embedded.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
