from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import permissions, reversing, sealing, tasks, worths  # noqa: F401 - they register themselves
