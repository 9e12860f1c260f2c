from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events import permissions, reversing, tasks  # noqa: F401 - they register themselves
        from events.actions import erasing  # noqa: F401
