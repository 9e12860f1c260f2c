"""Every address of the product."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("leadercrm.accounts.urls")),
    path("api/v1/", include("leadercrm.api.urls")),
]
