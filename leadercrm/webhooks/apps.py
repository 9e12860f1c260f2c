from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "leadercrm.webhooks"
    verbose_name = _("Webhooks")
    label = "webhooks"

    def ready(self) -> None:
        from leadercrm.webhooks import permissions, tasks  # noqa: F401 - they register themselves
