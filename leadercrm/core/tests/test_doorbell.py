"""The doorbell and its failures, with a real worker, a real SMTP server, and a Redis that hangs."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from aiosmtpd.controller import Controller
from celery import current_app
from django.conf import settings
from django.utils import timezone

from leadercrm.core.testing.processes import HttpClient, WebServer, Worker, copied_database, free_port, wait_until
from leadercrm.core.testing.redis_databases import database_of_servers
from leadercrm.embedded.addresses import broker_url
from leadercrm.tenancy.models import PendingWork, Tenant


def registration(email: str) -> dict[str, str]:
    password = "correcta-bateria-8"
    names = {"name": "Ana", "email": email, "tenant_name": "Empresa"}
    return {**names, "password": password, "password_confirmation": password}


@pytest.fixture
def copied(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), copied_database():
        yield


def test_a_registration_does_not_wait_for_a_redis_that_hangs(copied: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        server = WebServer(REDIS_URL=f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        server.start()
        try:
            began = time.monotonic()
            answer = HttpClient(server.port).post("/api/v1/auth/register", registration("sordo@example.com"))
            took = time.monotonic() - began
        finally:
            server.kill()
    assert answer.status == 201, answer
    assert took < 30, "two rings, for the mail and for a spare, at a second each"
    tenant = Tenant.objects.get(pk=answer.json["tenant"]["id"])
    assert PendingWork.objects.filter(tenant=tenant).count() == 1


class Sink:
    """An SMTP server that keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()


def test_the_welcome_arrives_although_the_worker_was_killed_and_the_ring_lost(
    copied: None, sink: tuple[Sink, int], tmp_path: Path
) -> None:
    handler, port = sink
    bell_url = database_of_servers(settings.REDIS_URL)
    shared = {"REDIS_URL": bell_url, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    bell = redis.Redis.from_url(bell_url)
    bell.flushdb()
    server, worker = WebServer(**shared), Worker(tmp_path, **shared)
    try:
        server.start()
        first = register_at(server, "primera@example.com")
        worker.start()
        wait_until(lambda: len(handler.mails) == 1, "the first welcome", 120)
        wait_until(lambda: not PendingWork.objects.exists(), "the work is settled")
        worker.kill()
        second = register_at(server, "segunda@example.com")
        bell.flushdb()
        worker.start()
        PendingWork.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        current_app.send_task("tenancy.sweep", connection=current_app.connection_for_write(broker_url(bell_url)))
        wait_until(lambda: len(handler.mails) == 2, "the second welcome", 120)
        wait_until(lambda: not PendingWork.objects.exists(), "the work is settled")
    finally:
        worker.kill()
        server.kill()
    assert first != second
    assert [mail.rcpt_tos for mail in handler.mails] == [["primera@example.com"], ["segunda@example.com"]]


def register_at(server: WebServer, email: str) -> int:
    answer = HttpClient(server.port).post("/api/v1/auth/register", registration(email))
    assert answer.status == 201, answer
    tenant_id: int = answer.json["tenant"]["id"]
    return tenant_id
