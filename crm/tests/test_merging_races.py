"""Merging in parallel, on real commits, each with the control that fails without its guard."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from crm.actions import merging, notes, uniting
from crm.actions.companies import create_company, delete_company
from crm.actions.contacts import change_contact, create_contact
from crm.actions.merging import merge_companies, merge_contacts, undo_company_merge, undo_merge
from crm.actions.moving import move_all
from crm.actions.notes import add_note
from crm.models import Company, CompanyMerge, Contact, ContactMerge, Note
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


Row = Contact | Company


def people(tenant: TestTenant, **values: Any) -> list[Contact]:
    with bind(tenant.bound):
        return [create_contact({"first_name": "Ana", **values}, actor=tenant.actor()) for _number in range(2)]


def firms(tenant: TestTenant) -> list[Company]:
    with bind(tenant.bound):
        return [create_company({"name": "Soluciones"}, actor=tenant.actor()) for _number in range(2)]


# What is merged -> what makes two of them: both kinds are merged by the same steps.
PAIRS: dict[type[Any], Callable[[TestTenant], list[Any]]] = {Contact: people, Company: firms}
both_kinds = pytest.mark.parametrize("kind", PAIRS)


def swallow(tenant: TestTenant, survivor: Row, loser: Row) -> Callable[[], Any]:
    if isinstance(survivor, Company):
        return lambda: merge_companies(survivor, company_id=loser.pk, fields={}, actor=tenant.actor())
    return lambda: merge_contacts(survivor, contact_id=loser.pk, fields={}, actor=tenant.actor())


def spit_out(tenant: TestTenant, survivor: Row, merge_id: int) -> Any:
    undo: Any = undo_company_merge if isinstance(survivor, Company) else undo_merge
    return undo(survivor, merge_id=merge_id, actor=tenant.actor())


# --- A swallows B while B swallows A


def duel(tenant: TestTenant, kind: type[Any]) -> list[Any]:
    one, two = PAIRS[kind](tenant)
    calls = [outcome(tenant, swallow(tenant, *pair)) for pair in ((one, two), (two, one))]
    return sorted(in_parallel(calls), key=str)


@both_kinds
def test_of_two_opposite_merges_one_wins(live: TestTenant, kind: type[Any]) -> None:
    label, merges = kind._meta.label_lower, {Contact: ContactMerge, Company: CompanyMerge}[kind]
    for rounds in range(1, 6):
        assert duel(live, kind) == [422, "done"]
        with bind(live.bound):
            assert (kind.objects.count(), tally.read(label)[1]) == (rounds, rounds)
            assert merges._default_manager.count() == rounds


@both_kinds
def test_control_without_the_locks(live: TestTenant, monkeypatch: pytest.MonkeyPatch, kind: type[Any]) -> None:
    together = everybody(2)

    def unlocked(how: Any, survivor_id: int, loser_id: int, actor: Any) -> tuple[Any, Any]:
        found = kind.objects.get(pk=survivor_id), kind.objects.get(pk=loser_id)
        together.wait()
        return found

    monkeypatch.setattr(uniting, "lock_both", unlocked)
    assert duel(live, kind) != [422, "done"]


@both_kinds
def test_control_with_locks_in_any_order(live: TestTenant, monkeypatch: pytest.MonkeyPatch, kind: type[Any]) -> None:
    """Each locks its survivor first: they wait for each other until PostgreSQL ends one of them."""
    together = everybody(2)

    def in_any_order(how: Any, survivor_id: int, loser_id: int, actor: Any) -> tuple[Any, Any]:
        rows = kind.objects.select_for_update(of=("self",))
        survivor = rows.get(pk=survivor_id)
        together.wait()
        return survivor, rows.get(pk=loser_id)

    monkeypatch.setattr(uniting, "lock_both", in_any_order)
    assert duel(live, kind) != [422, "done"]


# --- two merge one and the same into their own


def tug(tenant: TestTenant, kind: type[Any]) -> list[Any]:
    (one, loser), (two, _other) = PAIRS[kind](tenant), PAIRS[kind](tenant)
    calls = [outcome(tenant, swallow(tenant, survivor, loser)) for survivor in (one, two)]
    return sorted(in_parallel(calls), key=str)


@both_kinds
def test_one_is_merged_once(live: TestTenant, kind: type[Any]) -> None:
    for _round in range(3):
        assert tug(live, kind) == [422, "done"]


@both_kinds
def test_control_of_one_that_is_merged_twice(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch, kind: type[Any]
) -> None:
    together = everybody(2)

    def unlocked(how: Any, survivor_id: int, loser_id: int, actor: Any) -> tuple[Any, Any]:
        found = kind.objects.get(pk=survivor_id), kind.objects.get(pk=loser_id)
        together.wait()
        return found

    monkeypatch.setattr(uniting, "lock_both", unlocked)
    assert tug(live, kind) == ["done", "done"]


def test_opposite_merges_over_http(live: TestTenant) -> None:
    api = Api(live.tokens["admin"])
    one, two = make(api), make(api)
    api.post(f"/contacts/{two}/notes", {"body": "Hola"})
    calls = [lambda pair=pair: merge(Api(live.tokens["admin"]), *pair).status for pair in ((one, two), (two, one))]
    # 404 for whom comes so late that the contact in its address is gone already
    assert sorted(in_parallel(calls)) in ([200, 422], [200, 404])
    assert api.get("/contacts").json["meta"]["total"] == 1


# --- one merge is undone twice


def undo_twice(tenant: TestTenant, kind: type[Any]) -> list[Any]:
    survivor, loser = PAIRS[kind](tenant)
    with bind(tenant.bound):
        done = swallow(tenant, survivor, loser)()
    act = outcome(tenant, lambda: spit_out(tenant, survivor, done.pk))
    return sorted(in_parallel([act] * 4), key=str)


@both_kinds
def test_of_parallel_undos_one_wins(live: TestTenant, kind: type[Any]) -> None:
    assert undo_twice(live, kind) == [422, 422, 422, "done"]
    with bind(live.bound):
        assert tally.read(kind._meta.label_lower)[1] == kind.objects.count() == 2


@both_kinds
def test_control_without_looking_again(live: TestTenant, monkeypatch: pytest.MonkeyPatch, kind: type[Any]) -> None:
    look, together = uniting.merge_to_undo, everybody(4)
    looked, seen = threading.local(), list[Any]()

    def once(how: Any, survivor_id: int, merge_id: int | None) -> Any:
        if not hasattr(looked, "by_me"):
            looked.by_me = True
            seen.append(look(how, survivor_id, merge_id))
            together.wait()
        return seen[0]

    monkeypatch.setattr(uniting, "merge_to_undo", once)
    monkeypatch.setattr(uniting, "refuse_conflicts", lambda *args: None)
    assert undo_twice(live, kind) != [422, 422, 422, "done"]


# --- a note is written onto the loser meanwhile


def note_meanwhile(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """Outcomes of merge and note, and how many notes stay with the loser."""
    (survivor, loser), stand = people(tenant), Stand()
    monkeypatch.setattr(uniting, "move_all", stand.after(move_all))
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

    monkeypatch.setattr(uniting, "move_all", after_the_removal)
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


# --- a contact is given the company that is being merged away


def employ_meanwhile(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """Outcomes of merge and change, and how many contacts stay with the loser."""
    (survivor, loser), (contact, _other), stand = firms(tenant), people(tenant), Stand()
    monkeypatch.setattr(uniting, "move_all", stand.after(move_all))
    values = {"company_id": loser.pk}
    employ = stand.then(outcome(tenant, lambda: change_contact(contact, values, actor=tenant.actor())))
    outcomes = in_parallel([outcome(tenant, swallow(tenant, survivor, loser)), employ])
    with bind(tenant.bound):
        return outcomes, Contact.objects.filter(company_id=loser.pk).count()


def test_no_contact_slips_into_a_company_that_goes(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert employ_meanwhile(live, monkeypatch) == (["done", 422], 0)


def test_control_of_a_contact_without_the_company_s_lock(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge holds its companies less firmly than a foreign key's check asks for."""

    def held_loosely(how: Any, survivor_id: int, loser_id: int, actor: Any) -> tuple[Any, Any]:
        return Company.objects.get(pk=survivor_id), Company.objects.get(pk=loser_id)

    monkeypatch.setattr(uniting, "lock_both", held_loosely)
    assert employ_meanwhile(live, monkeypatch) == (["done", "done"], 1)
