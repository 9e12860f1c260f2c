from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "leadercrm.core"
    verbose_name = _("Records")
    label = "core"

    def ready(self) -> None:
        from leadercrm.core import lookups, permissions  # noqa: F401 - they register themselves
