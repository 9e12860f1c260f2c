from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    name = "leadercrm.embedded"
    label = "embedded"
