from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "leadercrm.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from leadercrm.webhooks import permissions, tasks  # noqa: F401 - they register themselves
