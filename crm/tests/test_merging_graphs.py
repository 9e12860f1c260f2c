"""Merging over random graphs, over tables that only a test has, and in parallel."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.actions.activities import create_activity
from crm.actions.contacts import create_contact
from crm.actions.merging import merge_contacts, undo_merge
from crm.actions.moving import references
from crm.actions.notes import add_note
from crm.models import Activity, Contact, Note
from crm.tests.test_duplicates import make
from crm.tests.test_merging import EXCEPTED, conflict, merge, rows, undo
from leadercrm.core import tally
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.hostile import rolled_back
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# --- random graphs

CONTACT = r"App\Models\Contact"
EMAILS = st.lists(st.sampled_from(["a@x.mx", "b@x.mx", "c@x.mx"]), max_size=3)
PHONES = st.lists(st.sampled_from(["55 1234 5678", "044 55 1234 5678", "+1 212 555 0100", "12"]), max_size=3)
TEXT = st.none() | st.sampled_from(["", "León", "ñandú", "CEO"])
PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Ana", "Eva"]), "last_name": TEXT, "job_title": TEXT, "city": TEXT,
        "emails": EMAILS.map(lambda found: [{"email": email} for email in found]),
        "phones": PHONES.map(lambda found: [{"phone": phone, "type": "x"} for phone in found]),
        "lifecycle_stage": st.sampled_from(["lead", "customer"]),
        "custom_fields": st.dictionaries(st.sampled_from("abc"), st.integers() | st.floats(0, 9) | TEXT, max_size=3),
    }
)  # fmt: skip
SIDES = st.dictionaries(
    st.sampled_from(["first_name", "city", "emails", "custom_fields", "owner_id"]),
    st.sampled_from(["survivor", "loser"]),
)
PLACES = st.lists(st.integers(0, 5), max_size=8)
STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), SIDES), min_size=4, max_size=10)


@settings(max_examples=400 if FULL else 15, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=st.lists(PEOPLE, min_size=4, max_size=6), notes=PLACES, activities=PLACES, steps=STEPS)
def test_undoing_in_reverse_restores_every_row(
    alfa: TestTenant, people: Any, notes: Any, activities: Any, steps: Any
) -> None:
    actor = alfa.actor()
    with rolled_back():
        made = [create_contact(values, actor=actor) for values in people]
        for number in notes:
            add_note({"body": str(number)}, contact=made[number % len(made)], actor=actor)
        for number in activities:
            target = {"activitable_type": CONTACT, "activitable_id": made[number % len(made)].pk}
            create_activity({"subject": str(number), "type": "call", **target}, actor=actor)
        states, merges = [rows(*EXCEPTED)], []
        for one, other, fields in steps:
            survivor, loser = made[one % len(made)], made[other % len(made)]
            try:
                done = merge_contacts(survivor, contact_id=loser.pk, fields=fields, actor=actor)
            except DomainError:
                assert rows(*EXCEPTED) == states[-1]
                continue
            merges.append(done)
            states.append(rows(*EXCEPTED))
            losers = Contact.with_deleted.filter(deleted_at__isnull=False)
            assert not Note.objects.filter(contact__in=losers).exists()
            assert not Activity.objects.filter(contact__in=losers).exists()
            assert tally.read("crm.activity")[1] == Activity.objects.count() == len(activities)
            assert tally.read("crm.contact")[1] == Contact.objects.count()
        for done in reversed(merges):
            assert rows(*EXCEPTED) == states.pop()
            undo_merge(done.survivor, merge_id=done.pk, actor=actor)
            assert tally.read("crm.contact")[1] == Contact.objects.count()
        assert [rows(*EXCEPTED)] == states


# --- tables of later apps: whatever declares a key to Contact takes part


def forget(*names: str) -> None:
    for name in names:
        apps.all_models["crm"].pop(name)
    apps.clear_cache()


@pytest.fixture
def later(alfa: TestTenant) -> Iterator[tuple[Any, Any, Any]]:
    """A badge (one per contact), a group with members, and stamps on badges: models and tables for one test."""

    class Badge(models.Model):  # noqa: DJ008
        contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="+")
        amount = models.DecimalField(max_digits=30, decimal_places=10)
        at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "crm"

    class Group(models.Model):  # noqa: DJ008
        members = models.ManyToManyField(Contact, related_name="+")

        class Meta:
            app_label = "crm"

    class Stamp(models.Model):  # noqa: DJ008
        badge = models.ForeignKey(Badge, on_delete=models.CASCADE, related_name="+")

        class Meta:
            app_label = "crm"

    made = (Badge, Group, Stamp)
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    yield made
    forget("badge", "group", "group_members", "stamp")


def stored(*tables: Any) -> list[Any]:
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_keys_are_found_hidden_ones_too(later: Any) -> None:
    found = {f"{key.model._meta.label}.{key.name}" for key in references(Contact)}
    assert {name for name in found if name.startswith("crm.")} == {
        "crm.Note.contact",
        "crm.Activity.contact",
        "crm.Address.contact",
        "crm.DealContact.contact",
        "crm.Badge.contact",
        "crm.Group_members.contact",
    }


def test_rows_of_later_apps_move_and_come_back(api: Api, later: Any) -> None:
    badge, group, _stamp = later
    survivor, loser = make(api), make(api)
    badge.objects.create(contact_id=loser, amount="1.1")
    both, one = group.objects.create(), group.objects.create()
    both.members.add(survivor, loser)
    one.members.add(loser)
    members = group.members.through
    before = stored(badge, members)
    assert merge(api, survivor, loser).status == 200
    assert badge.objects.get().contact_id == survivor
    assert sorted(members.objects.values_list("group_id", "contact_id")) == [(both.pk, survivor), (one.pk, survivor)]
    assert undo(api, survivor).status == 200
    assert stored(badge, members) == before


def test_row_that_collides_is_kept_exactly(api: Api, later: Any) -> None:
    badge, _group, _stamp = later
    survivor, loser = make(api), make(api)
    badge.objects.create(contact_id=survivor, amount="2")
    badge.objects.create(contact_id=loser, amount="12345678901234567890.0123456789")
    before = stored(badge)
    assert merge(api, survivor, loser).status == 200
    assert [row.contact_id for row in badge.objects.all()] == [survivor]
    assert undo(api, survivor).status == 200
    assert stored(badge) == before


def test_row_that_collides_and_has_rows_of_its_own_is_refused(api: Api, later: Any) -> None:
    badge, _group, stamp = later
    survivor, loser = make(api), make(api)
    badge.objects.create(contact_id=survivor, amount="2")
    stamp.objects.create(badge=badge.objects.create(contact_id=loser, amount="3"))
    with untouched():
        answer = merge(api, survivor, loser)
        assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "merge_collision", {"contact_id"})


def test_row_whose_place_is_taken_stands_against_the_undo(api: Api, later: Any) -> None:
    badge, _group, _stamp = later
    survivor, loser = make(api), make(api)
    badge.objects.create(contact_id=survivor, amount="2")
    badge.objects.create(contact_id=loser, amount="3")
    merge(api, survivor, loser)
    badge.objects.create(contact_id=loser, amount="4")
    assert conflict(api, survivor) == "crm_badge"
