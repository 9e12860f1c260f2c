from django.apps import AppConfig
from django.db import models


class BackofficeConfig(AppConfig):
    name = "leadercrm.backoffice"
    label = "backoffice"

    def ready(self) -> None:
        """Keep Django from looking for its admin's log, which has no table, when a user is removed."""
        from django.contrib.admin.models import LogEntry

        LogEntry._meta.get_field("user").remote_field.on_delete = models.DO_NOTHING
