from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "leadercrm.core"
    verbose_name = _("Records")
    label = "core"

    def ready(self) -> None:
        from leadercrm.core import lookups  # noqa: F401 - registers itself
