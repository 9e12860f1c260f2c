"""The application, for its commands."""

from django.apps import AppConfig


class McpConfig(AppConfig):
    name = "leadercrm.mcp"
