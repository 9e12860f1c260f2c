"""Addresses of the authorization server that programs call."""

from django.urls import path

from leadercrm.oauth.endpoints import RegistrationEndpoint, RevocationEndpoint, TokenEndpoint

urlpatterns = [
    path("token", TokenEndpoint.as_view(), name="token"),
    path("register", RegistrationEndpoint.as_view(), name="register"),
    path("revoke", RevocationEndpoint.as_view(), name="revoke"),
]
