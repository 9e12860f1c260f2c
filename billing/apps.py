from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = _("Billing")

    def ready(self) -> None:
        from billing import importing, permissions, reversing, sealing, tasks, worths  # noqa: F401 - they register themselves
        from billing.actions import erasing  # noqa: F401
