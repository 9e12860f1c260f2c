"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("leadercrm.api.urls")),
    path("dev/mail", include("leadercrm.embedded.urls")),
]
