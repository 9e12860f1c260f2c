from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostalConfig(AppConfig):
    name = "leadercrm.postal"
    verbose_name = _("Platform")
    label = "postal"
    default_auto_field = "django.db.models.BigAutoField"
