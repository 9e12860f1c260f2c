from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import importing, permissions, reversing, sealing, tasks, worths  # noqa: F401 - they register themselves
        from billing.actions import erasing  # noqa: F401
