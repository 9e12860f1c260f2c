from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from events import permissions, reversing, tasks  # noqa: F401 - they register themselves
        from events.actions import erasing  # noqa: F401
