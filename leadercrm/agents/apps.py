from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgentsConfig(AppConfig):
    name = "leadercrm.agents"
    verbose_name = _("Agents")
    label = "agents"

    def ready(self) -> None:
        from leadercrm.agents import permissions  # noqa: F401 - they register themselves
