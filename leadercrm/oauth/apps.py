"""The application, for its models, which are in `public`."""

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.db.models import DO_NOTHING, ForeignKey
from django.utils.translation import gettext_lazy as _


class OAuthConfig(AppConfig):
    name = "leadercrm.oauth"
    verbose_name = _("Platform")

    def ready(self) -> None:
        # The toolkit's own models have no tables here; whoever removes a user must not look for rows in them.
        for model in apps.get_app_config("oauth2_provider").get_models():
            for field in model._meta.concrete_fields:
                if isinstance(field, ForeignKey) and field.related_model is get_user_model():
                    field.remote_field.on_delete = DO_NOTHING
