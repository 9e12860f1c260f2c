from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "leadercrm.core"
    label = "core"

    def ready(self) -> None:
        from leadercrm.core import lookups  # noqa: F401 - registers itself
