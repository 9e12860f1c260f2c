from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    name = "marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        from marketing import permissions, reversing, sharing, tasks  # noqa: F401 - they register themselves
        from marketing.actions import erasing  # noqa: F401
        from marketing.delivery import returned  # noqa: F401
