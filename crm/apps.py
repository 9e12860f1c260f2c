from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from crm import importing, kept_views, permissions, reversing, tasks  # noqa: F401 - they register themselves
