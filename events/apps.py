from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events import permissions, tasks  # noqa: F401 - they register themselves
