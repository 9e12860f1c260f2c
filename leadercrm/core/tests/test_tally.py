"""The tally: after anything that actions do, its rows are the count, and its version has moved."""

import time
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.actions.contacts import change_contact, create_contact, delete_contact
from crm.models import Contact
from leadercrm.core import actions, tally
from leadercrm.core.actions import assign, domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.hostile import rolled_back
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

RESOURCE = "crm.contact"
STEPS = st.lists(st.tuples(st.sampled_from(["create", "change", "delete", "revive", "fail"]), st.integers(0, 50)))


@domain_action(permission="crm.change_contact")
def revive(contact: Contact, *, actor: Actor) -> None:
    before = snapshot(contact)
    assign(contact, {"deleted_at": None})
    record(actor, contact, "contact.restored", before=before)


actions.ACTIONS.pop("leadercrm.core.tests.test_tally.revive")  # it is no action of the product


def step(kind: str, number: int, actor: Actor) -> None:
    """One step on one of the rows that it can be taken on."""
    rows = Contact.with_deleted.filter(deleted_at__isnull=kind != "revive").order_by("pk")
    row = rows[number % len(rows)] if rows else None
    if kind in ("create", "fail") or row is None:
        owner = {"owner_id": 10**9} if kind == "fail" else {}
        create_contact({"first_name": "Ana", **owner}, actor=actor)
    elif kind == "change":
        change_contact(row, {"city": str(number)}, actor=actor)
    elif kind == "delete":
        delete_contact(row, actor=actor)
    else:
        revive(row, actor=actor)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_rows_are_always_the_count(alfa: TestTenant, api: Api, steps: list[tuple[str, int]]) -> None:
    actor = alfa.actor()
    with rolled_back():
        for kind, number in steps:
            version, _rows = tally.read(RESOURCE)
            try:
                step(kind, number, actor)
            except DomainError:
                assert tally.read(RESOURCE)[0] == version
            living = Contact.objects.count()
            assert tally.read(RESOURCE)[1] == living
            assert api.get("/contacts", per_page=1).json["meta"]["total"] == living
            filtered = api.get("/contacts", per_page=1, lifecycle_stage="lead", page=2)
            assert filtered.json["meta"]["total"] == living
        JsonRows._totals.clear()  # versions that are rolled back come again


def test_version_moves_with_each_change_alone(alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    version, rows = tally.read(RESOURCE)
    change_contact(contact, {"first_name": "Ana"}, actor=alfa.actor())
    assert tally.read(RESOURCE) == (version, rows)
    change_contact(contact, {"first_name": "Eva"}, actor=alfa.actor())
    assert tally.read(RESOURCE) == (version + 1, rows)
    assert tally.read("crm.company") == (0, 0)


def test_filtered_total_is_counted_once_per_version(api: Api) -> None:
    for _number in range(3):
        api.post("/contacts", {"first_name": "Ana"})
    query = {"lifecycle_stage": "lead", "per_page": 1}
    assert api.get("/contacts", **query).json["meta"]["total"] == 3
    counts = [sql for sql in statements_of(lambda: api.get("/contacts", **query)) if "SELECT count(*)" in sql[:20]]
    assert counts == []
    api.post("/contacts", {"first_name": "Eva"})
    assert api.get("/contacts", **query).json["meta"]["total"] == 4


def test_recount_sets_the_rows_after_a_bulk_load(alfa: TestTenant) -> None:
    Contact.objects.bulk_create([Contact(first_name="A") for _number in range(7)])
    version, _rows = tally.read(RESOURCE)
    tally.recount(RESOURCE, 7)
    assert tally.read(RESOURCE)[1] == 7
    assert tally.read(RESOURCE)[0] > version
    create_contact({"first_name": "Ana"}, actor=alfa.actor())
    assert tally.read(RESOURCE)[1] == 8


def test_touch_needs_an_action(alfa: TestTenant) -> None:
    with pytest.raises(RuntimeError):
        tally.touch(RESOURCE)


# --- parallel writers, on real commits


def write_in_parallel(tenant: TestTenant) -> tuple[int, int, int]:
    """Eight writers, each five creates and two deletes; (rows counted, rows tallied, version)."""

    def write() -> None:
        for number in range(5):
            with bind(tenant.bound):
                contact: Any = create_contact({"first_name": "Ana"}, actor=tenant.actor())
                if number < 2:
                    delete_contact(contact, actor=tenant.actor())

    in_parallel([write] * 8)
    with bind(tenant.bound):
        version, rows = tally.read(RESOURCE)
        return Contact.objects.count(), rows, version


def test_parallel_writers_lose_nothing(live: TestTenant) -> None:
    assert write_in_parallel(live) == (24, 24, 8 * 7)


def test_control_with_counters_read_and_written_back(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with a counter that is read, increased in Python and written back: it loses some."""
    with bind(live.bound), transaction.atomic():
        tally.flush({RESOURCE: 0})

    def naively(pending: dict[str, int]) -> None:
        for resource, more in pending.items():
            version, rows = tally.read(resource)
            time.sleep(0.005)
            with connection.cursor() as cursor:
                cursor.execute("UPDATE core_tally SET version = %s, rows = %s", [version + 1, rows + more])

    monkeypatch.setattr(tally, "flush", naively)
    counted, tallied, version = write_in_parallel(live)
    assert counted == 24
    assert (tallied, version) != (24, 8 * 7 + 1)
