"""Merging in parallel, on real commits, each with the control that fails without its guard."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from crm.actions import merging, notes
from crm.actions.companies import create_company, delete_company
from crm.actions.contacts import create_contact
from crm.actions.merging import merge_contacts, undo_merge
from crm.actions.moving import move_all
from crm.actions.notes import add_note
from crm.models import Company, Contact, ContactMerge, Note
from crm.tests.test_duplicates import make
from crm.tests.test_merging import merge
from leadercrm.core import tally
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import Stand, everybody, in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


def outcome(tenant: TestTenant, act: Callable[[], Any]) -> Callable[[], Any]:
    """A call for a thread: "done", the status of a refusal, or the name of an error of the database."""

    def call() -> Any:
        with bind(tenant.bound):
            try:
                act()
            except DomainError as refusal:
                return refusal.status
            except Exception as error:
                return type(error).__name__
            return "done"

    return call


def people(tenant: TestTenant, **values: Any) -> list[Contact]:
    with bind(tenant.bound):
        return [create_contact({"first_name": "Ana", **values}, actor=tenant.actor()) for _number in range(2)]


def swallow(tenant: TestTenant, survivor: Contact, loser: Contact) -> Callable[[], Any]:
    return lambda: merge_contacts(survivor, contact_id=loser.pk, fields={}, actor=tenant.actor())


# --- A swallows B while B swallows A


def duel(tenant: TestTenant) -> list[Any]:
    one, two = people(tenant)
    calls = [outcome(tenant, swallow(tenant, *pair)) for pair in ((one, two), (two, one))]
    return sorted(in_parallel(calls), key=str)


def test_of_two_opposite_merges_one_wins(live: TestTenant) -> None:
    for rounds in range(1, 6):
        assert duel(live) == [422, "done"]
        with bind(live.bound):
            assert (Contact.objects.count(), tally.read("crm.contact")[1]) == (rounds, rounds)
            assert ContactMerge.objects.count() == rounds


def test_control_without_the_locks(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    together = everybody(2)

    def unlocked(survivor_id: int, loser_id: int, actor: Any) -> tuple[Contact, Contact]:
        found = Contact.objects.get(pk=survivor_id), Contact.objects.get(pk=loser_id)
        together.wait()
        return found

    monkeypatch.setattr(merging, "_lock_both", unlocked)
    assert duel(live) != [422, "done"]


def test_control_with_locks_in_any_order(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each locks its survivor first: they wait for each other until PostgreSQL ends one of them."""
    together = everybody(2)

    def in_any_order(survivor_id: int, loser_id: int, actor: Any) -> tuple[Contact, Contact]:
        rows = Contact.objects.select_for_update(of=("self",))
        survivor = rows.get(pk=survivor_id)
        together.wait()
        return survivor, rows.get(pk=loser_id)

    monkeypatch.setattr(merging, "_lock_both", in_any_order)
    assert duel(live) != [422, "done"]


def test_opposite_merges_over_http(live: TestTenant) -> None:
    api = Api(live.tokens["admin"])
    one, two = make(api), make(api)
    api.post(f"/contacts/{two}/notes", {"body": "Hola"})
    calls = [lambda pair=pair: merge(Api(live.tokens["admin"]), *pair).status for pair in ((one, two), (two, one))]
    # 404 for whom comes so late that the contact in its address is gone already
    assert sorted(in_parallel(calls)) in ([200, 422], [200, 404])
    assert api.get("/contacts").json["meta"]["total"] == 1


# --- one merge is undone twice


def undo_twice(tenant: TestTenant) -> list[Any]:
    survivor, loser = people(tenant)
    with bind(tenant.bound):
        done = swallow(tenant, survivor, loser)()
    act = outcome(tenant, lambda: undo_merge(survivor, merge_id=done.pk, actor=tenant.actor()))
    return sorted(in_parallel([act] * 4), key=str)


def test_of_parallel_undos_one_wins(live: TestTenant) -> None:
    assert undo_twice(live) == [422, 422, 422, "done"]
    with bind(live.bound):
        assert tally.read("crm.contact")[1] == Contact.objects.count() == 2


def test_control_without_looking_again(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    look, together = merging._merge_to_undo, everybody(4)
    looked, seen = threading.local(), list[ContactMerge]()

    def once(survivor: Contact, merge_id: int | None) -> ContactMerge:
        if not hasattr(looked, "by_me"):
            looked.by_me = True
            seen.append(look(survivor, merge_id))
            together.wait()
        return seen[0]

    monkeypatch.setattr(merging, "_merge_to_undo", once)
    monkeypatch.setattr(merging, "_refuse_conflicts", lambda *args: None)
    assert undo_twice(live) != [422, 422, 422, "done"]


# --- a note is written onto the loser meanwhile


def note_meanwhile(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """Outcomes of merge and note, and how many notes stay with the loser."""
    (survivor, loser), stand = people(tenant), Stand()
    monkeypatch.setattr(merging, "move_all", stand.after(move_all))
    write = stand.then(outcome(tenant, lambda: add_note({"body": "Hola"}, contact=loser, actor=tenant.actor())))
    outcomes = in_parallel([outcome(tenant, swallow(tenant, survivor, loser)), write])
    with bind(tenant.bound):
        return outcomes, Note.objects.filter(contact_id=loser.pk).count()


def test_no_note_slips_onto_the_loser(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert note_meanwhile(live, monkeypatch) == (["done", 404], 0)


def test_control_of_a_note_without_the_lock(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "lock", lambda row: row)
    assert note_meanwhile(live, monkeypatch) == (["done", "done"], 1)


# --- the loser's company is deleted meanwhile


def company_meanwhile(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    actor = tenant.actor()
    with bind(tenant.bound):
        company: Company = create_company({"name": "Soluciones"}, actor=actor)
    (survivor, _other), (loser, _another) = people(tenant), people(tenant, company_id=company.pk)
    stand = Stand()

    def after_the_removal(*args: Any) -> Any:
        stand.here()
        return move_all(*args)

    monkeypatch.setattr(merging, "move_all", after_the_removal)
    remove = stand.then(outcome(tenant, lambda: delete_company(company, actor=actor)))
    outcomes = in_parallel([outcome(tenant, swallow(tenant, survivor, loser)), remove])
    with bind(tenant.bound):
        assert "done" not in outcomes[1:] or not Contact.objects.filter(company_id=company.pk).exists()
    return outcomes


def test_companies_are_locked_before_contacts(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert company_meanwhile(live, monkeypatch) == ["done", "done"]


def test_control_without_the_company_s_lock(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "_lock_companies", lambda ids: None)
    assert company_meanwhile(live, monkeypatch) != ["done", "done"]
