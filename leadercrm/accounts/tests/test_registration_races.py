"""Registrations at once, twice the same, without stock, and cut off by SIGKILL: whole tenants or none."""

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from leadercrm.core.testing.parallel import PATIENCE, somebody_waits
from leadercrm.core.testing.processes import (
    FULL,
    HttpAnswer,
    HttpClient,
    WebServer,
    copied_database,
    raw_connection,
    wait_until,
)
from leadercrm.tenancy.models import LoginIndex, Tenant
from leadercrm.tenancy.provisioning import claim_tenant, drop_tenant, refill_spares, sweep_orphans

PASSWORD = "correcta-bateria-8"
AT_ONCE = 20
KILLS = 20 if FULL else 1
NUMBERS = count(1)


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[WebServer]:
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        running = WebServer()
        running.start()
        try:
            yield running
        finally:
            running.kill()


def register(server: WebServer, email: str) -> HttpAnswer:
    names = {"name": f"De {email}", "tenant_name": f"Empresa {email}"}
    passwords = {"password": PASSWORD, "password_confirmation": PASSWORD}
    return HttpClient(server.port).post("/api/v1/auth/register", {**names, **passwords, "email": email})


def at_once(server: WebServer, emails: list[str]) -> list[HttpAnswer]:
    barrier = threading.Barrier(len(emails))

    def one(email: str) -> HttpAnswer:
        barrier.wait()
        return register(server, email)

    with ThreadPoolExecutor(len(emails)) as pool:
        return list(pool.map(one, emails))


def new_email() -> str:
    return f"registro{next(NUMBERS)}@example.com"


def spares() -> int:
    number: int = Tenant.objects.filter(claimed_at__isnull=True).count()
    return number


def half_tenants() -> list[str]:
    """What is there without its other half: tenants, logins, users and schemas that do not belong together."""
    broken = []
    with raw_connection() as raw:
        schemas = {row[0] for row in raw.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_'").fetchall()}
        tenants = raw.execute("SELECT id, schema_name, claimed_at FROM tenancy_tenant").fetchall()
        broken += [f"schema {name} of nobody" for name in schemas ^ {schema for _, schema, _ in tenants}]
        for pk, schema, claimed_at in tenants:
            users = raw.execute(f"SELECT id, email FROM {schema}.accounts_user ORDER BY id").fetchall()
            query = "SELECT id, email FROM tenancy_loginindex WHERE tenant_id = %s ORDER BY id"
            logins = raw.execute(query, [pk]).fetchall()
            if users != logins or bool(claimed_at) != bool(users):
                broken.append(f"tenant {pk}: claimed {claimed_at}, users {users}, logins {logins}")
    return broken


def test_registrations_at_once_make_whole_tenants(server: WebServer) -> None:
    emails = [new_email() for _ in range(AT_ONCE)]
    answers = at_once(server, emails)
    assert [answer.status for answer in answers] == [201] * AT_ONCE, answers
    made = [answer.json for answer in answers]
    assert len({body["tenant"]["id"] for body in made}) == len({body["user"]["id"] for body in made}) == AT_ONCE
    for email, body in zip(emails, made, strict=True):
        client = HttpClient(server.port, body["token"])
        assert client.post("/api/v1/contacts", {"first_name": email}).status == 201
        entered = HttpClient(server.port).post("/api/v1/auth/login", {"email": email, "password": PASSWORD})
        client.token = entered.json["token"]
        me = client.get("/api/v1/auth/me").json
        assert (me["data"]["email"], me["data"]["role"], me["tenant"]) == (email, "admin", body["tenant"])
        assert [row["first_name"] for row in client.get("/api/v1/contacts").json["data"]] == [email]
    assert half_tenants() == []


def test_the_same_address_at_once_opens_one_account(server: WebServer) -> None:
    refill_spares(3)
    before, tenants = spares(), Tenant.objects.count()
    answers = at_once(server, [new_email()] * AT_ONCE)
    assert Counter(answer.status for answer in answers) == {201: 1, 422: AT_ONCE - 1}
    assert all("email" in answer.json["errors"] for answer in answers if answer.status == 422)
    assert (spares(), Tenant.objects.count()) == (before - 1, tenants)
    assert half_tenants() == []


def test_control_without_the_unique_index_it_opens_several(server: WebServer) -> None:
    email = new_email()
    with raw_connection() as raw:
        found = "SELECT conname FROM pg_constraint WHERE conrelid = 'tenancy_loginindex'::regclass AND contype = 'u'"
        [[name]] = raw.execute(found).fetchall()
        raw.execute(f"ALTER TABLE tenancy_loginindex DROP CONSTRAINT {name}")
        answers = at_once(server, [email] * AT_ONCE)
        for login in LoginIndex.objects.filter(email=email):
            drop_tenant(login.tenant)
        raw.execute(f"ALTER TABLE tenancy_loginindex ADD CONSTRAINT {name} UNIQUE (email)")
    assert Counter(answer.status for answer in answers)[201] > 1


def test_without_stock_it_still_works(server: WebServer) -> None:
    for spare in Tenant.objects.filter(claimed_at__isnull=True):
        drop_tenant(spare)
    answers = at_once(server, [new_email() for _ in range(3)])
    assert [answer.status for answer in answers] == [201] * 3
    assert half_tenants() == []


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_no_two_claims_take_one_schema(server: WebServer, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    refill_spares(8)
    if not guarded:
        monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **_: rows)
    chosen: list[str] = []

    def claim(n: int) -> str:
        try:
            with transaction.atomic():
                schema = claim_tenant(f"Turno {n}").schema_name
                chosen.append(schema)
                # Nobody ends before everybody has chosen, or waits for somebody.
                wait_until(lambda: len(chosen) == 8 or somebody_waits(), "eight claims", PATIENCE)
                transaction.set_rollback(True)
                return schema
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(claim, range(8)))
    assert (len(set(claimed)) == 8) is guarded


def test_sigkill_in_the_middle_leaves_whole_tenants_or_none(server: WebServer) -> None:
    acknowledged: list[str] = []
    refill_spares(6)
    for _ in range(KILLS):
        _register_until_killed(server, acknowledged)
    sweep_orphans()
    assert half_tenants() == []
    assert acknowledged
    for email in acknowledged:
        entered = HttpClient(server.port).post("/api/v1/auth/login", {"email": email, "password": PASSWORD})
        assert entered.status == 200, email


def _register_until_killed(server: WebServer, acknowledged: list[str]) -> None:
    stop, before = threading.Event(), len(acknowledged)

    def keep_registering(_: Any) -> None:
        while not stop.is_set():
            email = new_email()
            with suppress(OSError, http.client.HTTPException):
                if register(server, email).status == 201:
                    acknowledged.append(email)

    with ThreadPoolExecutor(4) as pool:
        busy = pool.map(keep_registering, range(4))
        wait_until(lambda: len(acknowledged) > before + 2, "three registrations", 60)
        server.kill()
        stop.set()
        list(busy)
    wait_until(_server_is_forgotten, "PostgreSQL rolls back what the killed server had begun")
    server.start()


def _server_is_forgotten() -> bool:
    """Whether PostgreSQL has noticed its clients' death: none but this process's are left."""
    connection.close()
    with raw_connection() as raw:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        [[left]] = raw.execute(others).fetchall()
        return bool(left == 0)
