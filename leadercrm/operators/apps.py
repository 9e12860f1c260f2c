from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperatorsConfig(AppConfig):
    name = "leadercrm.operators"
    verbose_name = _("Operators")
    label = "operators"

    def ready(self) -> None:
        from leadercrm.operators import permissions  # noqa: F401 - it registers itself
