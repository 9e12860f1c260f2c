"""Servers that die under load: 503 and JSON at worst, nothing acknowledged lost, nothing done twice."""

import http.client
import os
import secrets
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from crm.models import Contact
from leadercrm.core.testing.own_postgres import crash, own_postgres
from leadercrm.core.testing.processes import (
    FULL,
    Application,
    HttpClient,
    WebServer,
    raw_connection,
    wait_until,
)
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.embedded.children import Child
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.fleet.run import migrate_fleet

CRASHES = 20 if FULL else 2
WRITERS = 8
# Of silence after a fault. A machine that runs all tests at once, and more, needs its time to start a process.
MOST_SECONDS = 10 if FULL else 60


# --- a load that remembers what it was told


@dataclass
class Load:
    """Writers that post contacts, each under a key of its own, and repeat a key until they have an answer."""

    port: int
    token: str
    name: str = field(default_factory=lambda: secrets.token_hex(4))
    told: dict[str, int] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    silences: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        with ThreadPoolExecutor(WRITERS) as pool:
            writers = [pool.submit(self._write, n) for n in range(WRITERS)]
            try:
                yield
            finally:
                self.stop.set()
            for writer in writers:
                writer.result()

    def _write(self, writer: int) -> None:
        client, n = HttpClient(self.port, self.token, timeout=20), 0
        while not self.stop.is_set():
            n += 1
            key = f"w{writer}-{n}-{self.name}"
            wait_until(partial(self._post, client, key), f"an answer to {key}", 90)

    def _post(self, client: HttpClient, key: str) -> bool:
        try:
            answer = client.post("/api/v1/contacts", {"first_name": key}, **{"Idempotency-Key": key})
        except (OSError, http.client.HTTPException):
            self.silences += 1
            return False
        self.statuses[answer.status] += 1
        if answer.status == 201:
            self.told[key] = answer.json["data"]["id"]
            return True
        if answer.status == 503 and (int(answer.headers["retry-after"]) < 1 or not answer.json["message"]):
            self.strange.append(repr(answer))
        if answer.status not in (503, 409):
            self.strange.append(repr(answer))
        return False

    def judge(self, tenant: TestTenant) -> None:
        print(f"{len(self.told)} acknowledged, answers {dict(self.statuses)}, {self.silences} unanswered")
        assert self.strange == []
        connection.close()  # the fault may have cut it
        with bind(tenant.bound):
            rows = Contact.objects.filter(first_name__startswith="w").values_list("first_name", "pk")
            assert len(rows) == len(dict(rows)), "a key had two effects"
            assert dict(rows) == self.told
        assert len(self.told) > 10


def seconds_to_first_success(load: Load) -> float:
    began, before = time.monotonic(), len(load.told)
    wait_until(lambda: len(load.told) > before, "a success after the fault", MOST_SECONDS + 1)
    return time.monotonic() - began


@dataclass
class Place:
    """A tenant in a database of its own, behind a web server."""

    tenant: TestTenant
    server: WebServer
    postgres: Child | None = None

    def load(self) -> Load:
        connection.close()
        with bind(self.tenant.bound):
            Contact.objects.all().delete()
        return Load(self.server.port, self.tenant.tokens["admin"])


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any) -> Iterator[Place]:
    """Behind a PostgreSQL of its own, which may be crashed: nobody else is on it."""
    with django_db_blocker.unblock(), tempfile.TemporaryDirectory() as folder, own_postgres(Path(folder)) as child:
        migrate_fleet(lambda line: None)
        tenant, server = make_tenant("Fallas"), WebServer()
        server.start()
        try:
            yield Place(tenant, server, child)
        finally:
            server.kill()


# --- PostgreSQL crashes, its backends die, the web server is killed


def crash_postgres(place: Place) -> None:
    assert place.postgres is not None
    crash(place.postgres)


def terminate_backends(place: Place) -> None:
    with raw_connection() as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def kill_a_web_worker(place: Place) -> None:
    os.kill(place.server.children()[0], signal.SIGKILL)


def kill_the_web_server(place: Place) -> None:
    place.server.kill()
    place.server.start()


@pytest.mark.parametrize("fault", [crash_postgres, terminate_backends, kill_a_web_worker, kill_the_web_server])
def test_nothing_acknowledged_is_lost_and_no_key_has_two_effects(place: Place, fault: Callable[[Place], None]) -> None:
    load, pauses = place.load(), []
    with load.running():
        for _ in range(CRASHES):
            time.sleep(0.4)
            fault(place)
            pauses.append(seconds_to_first_success(load))
    print(f"\n{fault.__name__}: first success after {', '.join(f'{pause:.2f}' for pause in pauses)} s")
    load.judge(place.tenant)
    assert max(pauses) < MOST_SECONDS


def test_control_without_a_key_a_repeated_post_has_two_effects(place: Place) -> None:
    """The retry of a client whose answer was lost, without the guard."""
    place.load()
    client = HttpClient(place.server.port, place.tenant.tokens["admin"])
    for _ in range(2):
        client.post("/api/v1/contacts", {"first_name": "w"})
    with bind(place.tenant.bound):
        assert Contact.objects.count() == 2


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout"])
def test_a_time_out_is_a_503_that_says_when_to_come_back(place: Place, limit: str) -> None:
    place.load()
    application, token = Application(), place.tenant.tokens["admin"]
    made = application.call("POST", "/api/v1/contacts", {"first_name": "a"}, token=token).json["data"]
    with connection.cursor() as cursor:
        cursor.execute(f"SET {limit} = 100")
    try:
        with raw_connection() as raw, raw.transaction():
            raw.execute(f"SELECT FROM {place.tenant.row.schema_name}.crm_contact FOR UPDATE")
            answer = application.call("PUT", f"/api/v1/contacts/{made['id']}", {"first_name": "b"}, token=token)
    finally:
        connection.close()
    assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    after = application.call("GET", f"/api/v1/contacts/{made['id']}", token=token)
    assert after.json["data"]["first_name"] == "a"


def test_a_refusal_does_not_hang_up(place: Place) -> None:
    """It needs no look at the body, which comes later; what the client asks for next comes over the same connection."""
    place.load()
    client, body = HttpClient(place.server.port, place.tenant.tokens["viewer"]), b'{"first_name": "Ana"}'
    for _again in range(3):
        client.wire.putrequest("POST", "/api/v1/contacts")
        client.wire.putheader("Authorization", f"Bearer {client.token}")
        client.wire.putheader("Content-Length", str(len(body)))
        client.wire.endheaders()
        time.sleep(0.2)
        client.wire.send(body)
        answer = client.wire.getresponse()
        answer.read()
        assert (answer.status, answer.getheader("Connection")) == (403, None)
        wire = client.wire.sock
        assert client.get("/api/v1/contacts").status == 200
        assert client.wire.sock is wire
