"""Isolation under load: many tenants, sixteen threads, no row in a foreign answer. And the controls.

LEADERCRM_STORM=full runs more requests of twenty tenants; see docs/reliability.md.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from crm.models import Contact
from leadercrm.core.testing.processes import (
    FULL,
    Application,
    HttpClient,
    WebServer,
    copied_database,
    raw_connection,
)
from leadercrm.core.testing.storm import RANGE, Storm, Victim, keep_first_tenant, make_victims
from leadercrm.tenancy.backend.base import DatabaseWrapper
from leadercrm.tenancy.binding import bind

TENANTS = 20 if FULL else 8
OVER_HTTP = int(os.environ.get("LEADERCRM_STORM_REQUESTS", 500_000 if FULL else 2_000))
IN_PROCESS = 50_000 if FULL else 800
UNITS = 50_000 if FULL else 500
UNITS_TO_A_KILL = 40


@pytest.fixture(scope="module")
def victims(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[list[Victim]]:
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        made = make_victims(TENANTS)
        Storm(made, Application).sow()
        yield made


@pytest.mark.timeout(120 + OVER_HTTP // 20)
def test_no_foreign_row_over_http(victims: list[Victim]) -> None:
    server = WebServer()
    server.start()
    storm = Storm(victims, lambda: HttpClient(server.port))
    try:
        storm.rage(OVER_HTTP)
    finally:
        server.kill()
    judge(storm, OVER_HTTP)


def test_no_foreign_row_while_backends_die(victims: list[Victim]) -> None:
    storm = Storm(victims, Application, hiccups=(503,))
    with killed_backends(storm.statuses.total) as kills:
        storm.rage(IN_PROCESS, seed=2)
    judge(storm, IN_PROCESS)
    assert len(kills) > 5


def judge(storm: Storm, requests: int) -> None:
    print(f"\n{requests} requests, {storm.own} with rows in them: {dict(storm.statuses)}")
    assert not storm.leaks, storm.leaks[:5]
    assert not storm.surprises, storm.surprises[:5]
    assert storm.own > requests / 3
    answered = sum(number for name, number in storm.statuses.items() if not name.endswith(" 503"))
    assert answered > requests * 0.9


@contextmanager
def killed_backends(progress: Callable[[], int]) -> Iterator[list[int]]:
    """Terminate one client's backend after another, any of this database but one's own.

    One for every so many of what has been done: the same share of it fails on any machine.
    """
    done = threading.Event()
    killed: list[int] = []
    anyone = (
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        " ORDER BY random() LIMIT 1"
    )

    def kill() -> None:
        with raw_connection() as raw:
            while not done.wait(0.002):
                if progress() > UNITS_TO_A_KILL * len(killed):
                    killed.extend(pid for pid, _ in raw.execute(anyone).fetchall())

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        done.set()
        killer.join()


def test_control_a_connection_that_keeps_its_first_tenant_leaks(
    victims: list[Victim], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_first_tenant(monkeypatch)
    storm = Storm(victims, Application, hiccups=tuple(range(100, 600)))
    storm.rage(300)
    assert len(storm.leaks) > 30, "the storm would not see a leak"


FAILURES = ("SELECT 1 / 0", "SET LOCAL statement_timeout = 2; SELECT pg_sleep(1)", "SELECT * FROM nowhere")


class Mistake(Exception):
    """An action changes its mind."""


def unit(victim: Victim, chance: random.Random) -> set[int]:
    """A transaction with nested ones that fail in every way; whose rows it has seen, by number of tenant."""
    seen: set[int] = set()

    def look() -> None:
        ids = Contact.objects.order_by("pk").values_list("pk", flat=True)[:5]
        seen.update(pk // RANGE for pk in ids)

    with suppress(Mistake), bind(victim.tenant.bound):
        if chance.random() < 0.3:
            look()
        elif chance.random() < 0.5:
            with transaction.atomic(), connection.cursor() as cursor, suppress(DatabaseError):
                cursor.execute("SELECT 1 / 0")  # swallowed: the commit that follows is a rollback in disguise
            look()
        with transaction.atomic():
            with suppress(Mistake), transaction.atomic():
                look()
                raise Mistake
            look()
            with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(chance.choice(FAILURES))
            look()
            if chance.random() < 0.3:
                raise Mistake
        look()
    return seen


def rage_with_transactions(victims: list[Victim], number: int, begun: list[int]) -> tuple[int, int]:
    """How many units ended, and how many of them saw another tenant's rows."""
    application = Application()

    def one(n: int) -> set[int] | None:
        begun.append(n)
        chance = random.Random(n)
        victim, other = chance.sample(victims, 2)
        if chance.random() < 0.3:  # a request of another tenant leaves its path on this connection
            application.call("GET", "/api/v1/contacts", token=other.token(chance))
        try:
            return unit(victim, chance) - {victim.number}
        except (DatabaseError, InterfaceError):
            return None
        finally:
            connection.close_if_unusable_or_obsolete()

    with ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(one, range(number)))
    return sum(s is not None for s in seen), sum(bool(s) for s in seen)


def test_no_foreign_row_through_rollbacks_timeouts_and_dying_backends(victims: list[Victim]) -> None:
    begun: list[int] = []
    with killed_backends(lambda: len(begun)) as kills:
        ended, leaked = rage_with_transactions(victims, UNITS, begun)
    assert leaked == 0
    assert ended > UNITS * 0.8
    assert kills


def test_control_a_rollback_in_disguise_leaks_unless_it_is_noticed(
    victims: list[Victim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DatabaseWrapper, "_has_failed_transaction", lambda self: False)
    _ended, leaked = rage_with_transactions(victims, 300, [])
    assert leaked > 0, "the storm would not see a leak"


def test_statements_kept_prepared_follow_their_tenant(victims: list[Victim]) -> None:
    """One connection, three tenants in turn; the tables of one have a column more, of another type one."""
    first, ahead, odd = victims[:3]
    with raw_connection() as raw:
        raw.execute(f"ALTER TABLE {ahead.tenant.row.schema_name}.crm_contact ADD COLUMN from_the_future int DEFAULT 7")
        raw.execute(f"ALTER TABLE {odd.tenant.row.schema_name}.crm_contact ALTER COLUMN city TYPE varchar(1000)")
    application = Application()
    for turn in range(30):
        victim = (first, ahead, odd)[turn % 3]
        token = victim.tenant.tokens["admin"]
        listed = application.call("GET", "/api/v1/contacts?per_page=100", token=token)
        one = application.call("GET", f"/api/v1/contacts/{victim.contacts[0]}", token=token)
        made = application.call("POST", "/api/v1/contacts", {"first_name": victim.sentinel, "city": "x"}, token=token)
        assert [answer.status for answer in (listed, one, made)] == [200, 200, 201], (listed, one, made)
        ids = [row["id"] for row in listed.json["data"]] + [one.json["data"]["id"], made.json["data"]["id"]]
        assert {pk // RANGE for pk in ids} == {victim.number}
