from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "leadercrm.tenancy"
    verbose_name = _("Platform")
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every process knows the project's Celery application, the web server too: it rings the workers.
        # Not in leadercrm/__init__.py: modules of leadercrm.embedded run before anything is installed.
        from leadercrm import celery  # noqa: F401
        from leadercrm.core import ports
        from leadercrm.tenancy import binding, pooler, queue

        ports.install(
            bind_tenant=binding.bind_tenant_id,
            current_tenant_id=binding.current_tenant_id,
            announce_work=queue.announce,
            settle_work=queue.settle,
        )
        checks.register(pooler.check_connection_keeps_search_path, checks.Tags.database)
