"""/healthz and /readyz."""

from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError, connection
from django.test import Client
from redis import Redis

from leadercrm.api import health
from leadercrm.core.testing.statements import statements_of
from leadercrm.tenancy.models import SchemaTemplate

PARTS = ("postgresql", "redis", "schema", "broker")


@pytest.fixture(autouse=True)
def broker_up(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The suite has no broker of its own but an in-memory one."""
    monkeypatch.setattr(current_app.conf, "broker_url", "memory://")


def test_healthz_asks_no_server(db: None) -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]
    assert statements_of(lambda: Client().get("/healthz")) == []


def test_readyz_names_every_part(db: None) -> None:
    response = Client().get("/readyz")
    assert response.json() == {"status": "ok", "checks": dict.fromkeys(PARTS, "ok")}
    assert response.status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_readyz_says_what_is_down_and_no_secret(db: None, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def fail() -> str:
        raise OperationalError("password hunter2 refused")

    monkeypatch.setitem(health.CHECKS, part, fail)
    response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"] == {**dict.fromkeys(PARTS, "ok"), part: "down"}
    assert b"hunter2" not in response.content


def test_unreachable_broker_is_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    assert Client().get("/readyz").json()["checks"]["broker"] == "down"


def test_unreachable_redis_is_down(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0")
    monkeypatch.setattr(health, "redis_client", lambda: nobody)
    assert Client().get("/readyz").json()["checks"]["redis"] == "down"


def test_template_that_lacks_a_migration_is_behind(db: None) -> None:
    template = SchemaTemplate.objects.get()
    template.migrations = template.migrations[:-1]
    template.save()
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["checks"]["schema"]) == (503, "behind")


def test_public_that_lacks_a_migration_is_behind(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.django_migrations WHERE app = 'tenancy'")
    assert Client().get("/readyz").json()["checks"]["schema"] == "behind"


def test_start_page_asks_who_has_not_logged_in_to_do_so(db: None) -> None:
    response = Client().get("/", follow=True)
    assert response.redirect_chain == [("/login?next=%2F", 302)]
    assert b"Leader CRM" in response.content
