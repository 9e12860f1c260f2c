"""Leader CRM. The Celery application is loaded with the package, so that every process rings the same bell."""

from leadercrm.celery import app as celery_app

__all__ = ["celery_app"]
