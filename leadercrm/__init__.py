"""Every process knows the project's Celery application, the web server too: it rings the workers."""

from leadercrm.celery import app as celery_app

__all__ = ["celery_app"]
