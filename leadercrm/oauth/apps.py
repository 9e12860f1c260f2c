"""The application, for its models, which are in `public`."""

from django.apps import AppConfig


class OAuthConfig(AppConfig):
    name = "leadercrm.oauth"
