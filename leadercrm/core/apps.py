from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leadercrm.core"
    label = "core"
