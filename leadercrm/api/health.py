"""/healthz and /readyz: whether this process runs, and whether it can do its work.

A restart helps against a failing /healthz; /readyz only says whether to send requests here now.
"""

import logging
from collections.abc import Callable
from functools import lru_cache

from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from leadercrm.core.api.responses import json_response
from leadercrm.core.api.throttling import redis_client
from leadercrm.tenancy.models import SchemaTemplate

logger = logging.getLogger(__name__)

OK, DOWN, BEHIND = "ok", "down", "behind"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all; asks no server."""
    return json_response({"status": OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every server answers and the schemas are those of this code, else 503.

    The body names each part: {"status", "checks": {"postgresql", "redis", "schema", "broker"}}, each
    `ok`, `down` or, of the schema, `behind`. What went wrong is in the log, not in the answer.
    """
    checks = {name: _state(name, check) for name, check in CHECKS.items()}
    ready = set(checks.values()) == {OK}
    return json_response({"status": OK if ready else "unavailable", "checks": checks}, 200 if ready else 503)


def _state(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:  # whatever it is, it is not ready
        logger.warning("%s is not ready", name, exc_info=True)
        return DOWN


def _postgresql() -> str:
    """A kept connection that died meanwhile is no reason to be down: the next request gets a new one."""
    if not connection.is_usable():
        connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _redis() -> str:
    redis_client().ping()
    return OK


def _schema() -> str:
    """Whether `public` and the template have been through every migration of this code.

    Tenants that are behind are no reason: old and new code understand both (leadercrm.tenancy.fleet).
    """
    template = SchemaTemplate.objects.order_by("-version").values_list("migrations", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM public.django_migrations")
        shared = {row[0] for row in cursor.fetchall()}
    wanted_shared, wanted_tenant = _last_migrations()
    return OK if template and wanted_tenant <= set(template) and wanted_shared <= shared else BEHIND


@lru_cache(maxsize=1)
def _last_migrations() -> tuple[frozenset[str], frozenset[str]]:
    """The newest migrations in this code, of shared and of tenant apps, as `app.name`."""
    leaves = MigrationLoader(None).graph.leaf_nodes()

    def of(names: list[str]) -> frozenset[str]:
        return frozenset(f"{app}.{name}" for app, name in leaves if apps.get_app_config(app).name in names)

    return of(settings.SHARED_APPS), of(settings.TENANT_APPS)


def _broker() -> str:
    with current_app.connection_for_write(connect_timeout=1) as broker:
        broker.connect()
    return OK


CHECKS: dict[str, Callable[[], str]] = {
    "postgresql": _postgresql,
    "redis": _redis,
    "schema": _schema,
    "broker": _broker,
}
