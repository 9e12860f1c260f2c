"""The Celery application. Tasks carry ids only; see leadercrm.core.tasks for their base class."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
app = Celery("leadercrm", task_cls="leadercrm.core.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_mixing_pooler(**kwargs: Any) -> None:
    """A worker does not start on a connection that would mix tenants.

    Celery logs what its signal handlers raise and goes on, but for SystemExit.
    """
    from leadercrm.tenancy.pooler import SearchPathError, assert_connection_keeps_search_path

    try:
        assert_connection_keeps_search_path()
    except SearchPathError as error:
        raise SystemExit(str(error)) from error
