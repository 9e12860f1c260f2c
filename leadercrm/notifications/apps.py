from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "leadercrm.notifications"
    verbose_name = _("Notifications")
    label = "notifications"

    def ready(self) -> None:
        from leadercrm.notifications import permissions, tasks  # noqa: F401 - they register themselves
