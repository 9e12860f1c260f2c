from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "leadercrm.notifications"
    label = "notifications"

    def ready(self) -> None:
        from leadercrm.notifications import permissions, tasks  # noqa: F401 - they register themselves
