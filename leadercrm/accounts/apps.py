from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "leadercrm.accounts"
    verbose_name = _("People")
    label = "accounts"

    def ready(self) -> None:
        from leadercrm.accounts import permissions, tasks  # noqa: F401 - they register themselves
