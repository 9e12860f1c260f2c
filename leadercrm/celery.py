"""The Celery application. Tasks carry ids only; see leadercrm.core.tasks for their base class."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
app = Celery("leadercrm", task_cls="leadercrm.core.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
