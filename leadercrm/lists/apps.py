from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    name = "leadercrm.lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        from leadercrm.lists import keeping, permissions, tasks  # noqa: F401 - they register themselves
