from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "leadercrm.accounts"
    label = "accounts"

    def ready(self) -> None:
        from leadercrm.accounts import permissions, tasks  # noqa: F401 - they register themselves
