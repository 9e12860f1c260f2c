from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self) -> None:
        from crm import permissions, tasks  # noqa: F401 - they register themselves
