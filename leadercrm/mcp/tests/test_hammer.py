"""Many tenants' agents at once, over two processes of the web server: none sees a row of another."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from leadercrm.core.testing.processes import FULL, Application, HttpClient, WebServer, copied_database
from leadercrm.core.testing.storm import Maker, Step, Storm, Victim, keep_first_tenant, make_victims

TENANTS = 20 if FULL else 6
CALLS = 20_000 if FULL else 800
REVISION = {"Mcp-Protocol-Version": "2025-11-25"}


def call(name: str, **arguments: Any) -> Step:
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    }
    return Step(name, "POST", "", (200,), message, REVISION)


def _search(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_search_contacts", search=chance.choice(("centinela", other.sentinel, victim.sentinel)))


def _anything(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_search", query="centinela")


def _record(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_get_record", type="contact", id=chance.choice(victim.contacts), include=["notes"])


def _reach_over(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_get_record", type="contact", id=chance.choice(other.contacts))


def _create(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_create_contact", first_name=victim.sentinel, if_exists="create")


def _try(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_create_contact", first_name=victim.sentinel, if_exists="create", dry_run=True)


def _note(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_add_note", contact_id=chance.choice(victim.contacts), body=victim.sentinel)


def _who(victim: Victim, other: Victim, chance: random.Random) -> Step:
    return call("leader_whoami")


MIX: dict[Maker, int] = {
    _search: 25, _anything: 10, _record: 20, _reach_over: 10, _create: 15, _try: 8, _note: 10, _who: 10,
}  # fmt: skip


@pytest.fixture(scope="module")
def victims(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Victim]]:
    with django_db_blocker.unblock(), copied_database():
        made = make_victims(TENANTS)
        Storm(made, Application).sow()
        yield made


@pytest.mark.timeout(120 + CALLS // 20)
def test_no_agent_sees_a_foreign_row(victims: list[Victim]) -> None:
    server = WebServer()
    server.start()
    storm = Storm(victims, lambda: HttpClient(server.port), mix=MIX, place="/mcp")
    try:
        storm.rage(CALLS)
    finally:
        server.kill()
    print(f"\n{CALLS} calls, {storm.own} with rows in them: {dict(storm.statuses)}")
    assert not storm.leaks, storm.leaks[:5]
    assert not storm.surprises, storm.surprises[:5]
    assert storm.own > CALLS / 3


def test_control_a_connection_that_keeps_its_first_tenant_leaks(
    victims: list[Victim], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_first_tenant(monkeypatch)
    storm = Storm(victims, Application, hiccups=tuple(range(100, 600)), mix=MIX, place="/mcp")
    storm.rage(200)
    assert len(storm.leaks) > 20, "the hammer would not see a leak"
