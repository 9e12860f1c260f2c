"""GET /changes: all that was written, in order, nothing left out."""

import threading
from collections import defaultdict
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from crm.actions.contacts import create_contact
from leadercrm.api.tests.crm_operations import CONTACT, DEAL
from leadercrm.core import tally
from leadercrm.core.database import connection
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.webhooks import feed

# The statement that the product asks.
ASKED = feed.SETTLED


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has just been written is told: a test has one clock, and no other transaction."""
    monkeypatch.setattr(feed, "MARGIN", timedelta(seconds=-1))
    monkeypatch.setattr(feed, "SETTLED", "SELECT clock_timestamp()")


def told(api: Api, **query: Any) -> list[tuple[str, str, str, int]]:
    rows = api.get("/changes", **query).data
    return [(row["event"], row["operation"], row["resource"], row["resource_id"]) for row in rows]


def test_what_happens_to_a_row_is_told_in_order(api: Api) -> None:
    contact = api.post("/contacts", CONTACT).data["id"]
    api.put(f"/contacts/{contact}", {"city": "Saltillo"})
    api.delete(f"/contacts/{contact}")
    api.post(f"/contacts/{contact}/restore")
    assert told(api) == [
        ("contact.created", "created", "contact", contact),
        ("contact.changed", "updated", "contact", contact),
        ("contact.deleted", "deleted", "contact", contact),
        ("contact.restored", "restored", "contact", contact),
    ]
    assert api.get("/changes").data[1]["changes"] == {"city": ["E", "Saltillo"]}


def test_a_cursor_goes_on_where_it_ended(api: Api) -> None:
    contacts = [api.post("/contacts", CONTACT).data["id"] for _number in range(5)]
    seen: list[int] = []
    cursor, more = "", True
    while more:
        answer = api.get("/changes", cursor=cursor, limit=2)
        seen += [row["resource_id"] for row in answer.data]
        cursor, more = answer.json["meta"]["cursor"], answer.json["meta"]["has_more"]
    assert seen == contacts
    assert api.get("/changes", cursor=cursor).data == []
    later = api.post("/contacts", CONTACT).data["id"]
    assert [row["resource_id"] for row in api.get("/changes", cursor=cursor).data] == [later]


def test_changes_of_one_moment_are_told_once_each(api: Api) -> None:
    for _number in range(5):
        api.post("/contacts", CONTACT)
    AuditEntry.objects.update(at=timezone.now())
    first = api.get("/changes", limit=3)
    rest = api.get("/changes", limit=3, cursor=first.json["meta"]["cursor"])
    assert len({row["id"] for row in first.data + rest.data}) == 5


def test_only_the_resources_that_are_asked_for(api: Api) -> None:
    api.post("/contacts", CONTACT)
    deal = api.post("/deals", DEAL).data["id"]
    assert told(api, resources="deal") == [("deal.created", "created", "deal", deal)]
    assert "resources" in api.get("/changes", resources="users").errors


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "9-"}, {"cursor": "9" * 40}, {"limit": "0"}, {"limit": "x"}]
)
def test_nonsense_is_refused(api: Api, query: dict[str, str]) -> None:
    assert list(api.get("/changes", **query).errors) == list(query)


def test_what_is_no_record_is_told_to_administrators_alone(api: Api, sales: Api) -> None:
    team = api.post("/teams", {"name": "Norte", "member_ids": []}).data["id"]
    assert told(api) == [("team.created", "created", "team", team)]
    assert told(sales) == []


def test_who_does_not_see_every_record_is_refused(api: Api, sales: Api, alfa: TestTenant) -> None:
    assert sales.get("/changes").status == 200
    alfa.row.settings = {**alfa.row.settings, "records_visible": "own"}
    alfa.row.save(update_fields=["settings"])
    assert (sales.get("/changes").status, api.get("/changes").status) == (403, 200)


def test_another_tenant_has_a_feed_of_its_own(api: Api, stranger: Api) -> None:
    api.post("/contacts", CONTACT)
    assert told(stranger) == []


@pytest.fixture
def shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread adds to tallies' shards of its own: which one is drawn, and the same one would be waited for."""
    mine = defaultdict[int, int](partial(next, count()))
    monkeypatch.setattr(tally, "any_shard", lambda: mine[threading.get_ident()] % tally.SHARDS)


def read_beside_a_slow_writer(live: TestTenant) -> list[list[str]]:
    """What a reader sees of two creations, of which the first to begin commits last: before that, and after."""
    wrote, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with bind(live.bound), transaction.atomic():
                create_contact({"first_name": "Slow"}, actor=live.actor())
                wrote.set()
                go_on.wait(20)
        finally:
            connection.close()

    def names(position: feed.Position) -> tuple[list[str], feed.Position]:
        with bind(live.bound):
            found = feed.changes_after(position, limit=10)
        return [each.told["changes"]["first_name"][1] for each in found], (found[-1].position if found else position)

    thread = threading.Thread(target=slowly)
    thread.start()
    wrote.wait(20)
    with bind(live.bound):
        create_contact({"first_name": "Fast"}, actor=live.actor())
    before, cursor = names(feed.Position.of(""))
    go_on.set()
    thread.join()
    return [before, names(cursor)[0]]


@pytest.mark.usefixtures("shards")
def test_nobody_s_cursor_goes_past_what_is_not_committed(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "SETTLED", ASKED)
    monkeypatch.setattr(feed, "MARGIN", timedelta(0))
    assert read_beside_a_slow_writer(live) == [[], ["Slow", "Fast"]]


@pytest.mark.usefixtures("shards")
def test_control_without_looking_at_who_writes_it_does(live: TestTenant) -> None:
    assert read_beside_a_slow_writer(live) == [["Fast"], []]
