"""The chain of evidence: one line, never changed, and whoever goes past that is found out."""

from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from billing.actions import clients, contracts, evidence, quotes
from billing.actions.evidence import Declaration
from billing.evidence import FIRST, Fault, code_of, entry_hash, faults
from billing.models import Evidence, EvidenceFile, Quote
from billing.rendering import face_of
from billing.tests.test_document_races import HANDS, ITEM
from crm.actions.contacts import create_contact
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.parallel import everybody, in_parallel, read_together
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import EvidenceIndex

PDF = b"%PDF-1.7 as it was shown %%EOF"


def some_quotes(tenant: TestTenant, number: int) -> list[Quote]:
    """Quotes that were sent, in the tenant that is bound."""
    actor = tenant.actor()
    contact = create_contact({"first_name": "Ana"}, actor=actor)
    values = {"contact_id": contact.pk, "items": [ITEM]}
    return [quotes.send_quote(quotes.create_quote(values, actor=actor), actor=actor) for _number in range(number)]


def said(document: Any, **values: Any) -> Declaration:
    return Declaration(face_of(document, "es-mx"), PDF, "es-mx", name="Ana", email="a@b.mx", typed="Ana", **values)


def accepted(document: Quote) -> Evidence:
    client = Actor.client(document, ip="203.0.113.5", label="Ana <a@b.mx>")
    entry: Evidence = clients.accept_quote(document, said(document), actor=client)
    return entry


def test_each_entry_holds_the_hash_of_the_one_before(alfa: TestTenant) -> None:
    first, second, third = (accepted(quote) for quote in some_quotes(alfa, 3))
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [
        FIRST, first.entry_hash, second.entry_hash,
    ]  # fmt: skip
    assert EvidenceFile.objects.count() == 1
    assert list(faults()) == []
    again = Evidence.objects.get(pk=second.pk)
    assert entry_hash(again, alfa.row.pk) == second.entry_hash
    # Every column that says something is under the hash, and so is the tenant.
    for field in Evidence._meta.fields:
        if field.name in ("id", "entry_hash"):
            continue
        changed = Evidence.objects.get(pk=second.pk)
        others: dict[str, Any] = {"at": third.at, "ip": "::1", "drawn": b"x"}
        setattr(changed, field.name, others.get(field.name, 10**9))
        assert entry_hash(changed, alfa.row.pk) != second.entry_hash, field.name
    assert entry_hash(again, alfa.row.pk + 1) != second.entry_hash


CHANGES = [
    "UPDATE billing_evidence SET name = 'Eva'", "DELETE FROM billing_evidence", "TRUNCATE billing_evidence",
    "UPDATE billing_evidencefile SET content = ''", "DELETE FROM billing_evidencefile", "TRUNCATE billing_evidencefile",
]  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_changes(alfa: TestTenant, statement: str) -> None:
    [quote] = some_quotes(alfa, 1)
    accepted(quote)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(faults()) == []


def past_the_triggers(*statements: str) -> None:
    """As somebody does who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("billing_evidence", "billing_evidencefile"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_is_kept")
        for statement in statements:
            cursor.execute(statement)
        for table in ("billing_evidence", "billing_evidencefile"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_is_kept")


FORGERIES: list[tuple[str, list[Fault]]] = [
    ("UPDATE billing_evidence SET name = 'Eva' WHERE sequence = 2", [Fault(2, "changed")]),
    ("UPDATE billing_evidence SET at = at - interval '1 day' WHERE sequence = 1", [Fault(1, "changed")]),
    ("DELETE FROM billing_evidence WHERE sequence = 2", [Fault(2, "missing")]),
    ("DELETE FROM billing_evidence WHERE sequence = 3", [Fault(3, "missing")]),
    ("DELETE FROM billing_evidence", [Fault(1, "missing"), Fault(2, "missing"), Fault(3, "missing")]),
    ("UPDATE billing_evidencefile SET content = 'x'", [Fault(number, "changed") for number in (1, 2, 3)]),
    ("DELETE FROM billing_evidencefile", [Fault(number, "changed") for number in (1, 2, 3)]),
]


@pytest.mark.parametrize(("statement", "found"), FORGERIES)
def test_a_forgery_is_found(alfa: TestTenant, statement: str, found: list[Fault]) -> None:
    for quote in some_quotes(alfa, 3):
        accepted(quote)
    past_the_triggers(statement)
    assert list(faults()) == found
    with unbound(), pytest.raises(CommandError, match=f"{len(found)} faults"):
        call_command("verify_evidence", tenant=alfa.row.pk, stderr=StringIO(), stdout=StringIO())


def test_an_entry_that_is_hashed_anew_is_found_by_the_next_and_the_index(alfa: TestTenant) -> None:
    first, _second = (accepted(quote) for quote in some_quotes(alfa, 2))
    first.name = "Eva"
    forged = entry_hash(first, alfa.row.pk)
    past_the_triggers(f"UPDATE billing_evidence SET name = 'Eva', entry_hash = '{forged}' WHERE sequence = 1")
    assert list(faults()) == [Fault(1, "not the one in the index"), Fault(2, "does not follow the one before")]
    with unbound():
        EvidenceIndex.objects.filter(sequence=1).update(entry_hash=forged)
    assert list(faults()) == [Fault(2, "does not follow the one before")]


def test_the_command_goes_through_all_tenants(alfa: TestTenant) -> None:
    [quote] = some_quotes(alfa, 1)
    accepted(quote)
    told = StringIO()
    with unbound():
        call_command("verify_evidence", stdout=told)
    assert "2 chains are sound" in told.getvalue()


def test_a_refused_acceptance_leaves_no_gap(alfa: TestTenant) -> None:
    first, second = some_quotes(alfa, 2)
    quotes.reject_quote(first, actor=alfa.actor())
    with pytest.raises(DomainError):
        accepted(first)
    assert accepted(second).sequence == 1
    assert list(faults()) == []


def test_codes_begin_the_hash() -> None:
    assert code_of("3f2a90c1" + "ab" * 28) == "3F2A-90C1-ABAB-ABAB-ABAB"


def at_once(tenant: TestTenant, calls: list[Callable[[], Any]]) -> list[str]:
    def attempt(call: Callable[[], Any]) -> str:
        try:
            with bind(tenant.bound):
                call()
        except (DomainError, DatabaseError) as error:
            return type(error).__name__
        return "done"

    return in_parallel([partial(attempt, call) for call in calls])


def written_at_once(live: TestTenant) -> list[str]:
    """All of them at the same chain, each by a quote of its own."""
    with bind(live.bound):
        found = some_quotes(live, HANDS)
    outcome = at_once(live, [partial(accepted, quote) for quote in found])
    with bind(live.bound):
        assert list(faults()) == []
    return outcome


def test_the_chain_stays_linear_when_many_write(live: TestTenant) -> None:
    assert written_at_once(live) == ["done"] * HANDS
    with bind(live.bound):
        assert list(Evidence.objects.order_by("sequence").values_list("sequence", flat=True)) == [*range(1, HANDS + 1)]


def test_control_without_the_counter_s_lock_the_database_alone_keeps_it(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = everybody(HANDS)

    def unlocked(kind: str) -> int:
        place = Evidence.objects.count() + 1
        together.wait()
        return place

    with bind(live.bound):
        first, *found = some_quotes(live, HANDS + 1)
        accepted(first)  # the file that all of them keep is there: nobody waits for that
    monkeypatch.setattr(evidence, "next_place", unlocked)
    outcome = at_once(live, [partial(accepted, quote) for quote in found])
    assert sorted(outcome) == ["IntegrityError"] * (HANDS - 1) + ["done"]


def settled_at_once(live: TestTenant, quote: Quote) -> tuple[int, int]:
    """A client accepts several times at once while the staff reject: how often it was done, and what is kept."""
    reject = partial(quotes.reject_quote, quote, actor=live.actor())
    outcome = at_once(live, [partial(accepted, quote)] * (HANDS - 1) + [reject])
    with bind(live.bound):
        quote.refresh_from_db()
        assert Evidence.objects.count() == (quote.status == "approved") or outcome.count("done") > 1
        return outcome.count("done"), Evidence.objects.count()


def test_a_quote_is_settled_once_whoever_comes(live: TestTenant) -> None:
    with bind(live.bound):
        [quote] = some_quotes(live, 1)
    done, kept = settled_at_once(live, quote)
    assert done == 1
    assert kept <= 1


def test_control_without_the_lock_it_is_accepted_twice(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    with bind(live.bound):
        [quote] = some_quotes(live, 1)
    monkeypatch.setattr(quotes, "lock", read_together(HANDS))
    done, kept = settled_at_once(live, quote)
    assert done > 1
    assert kept > 1


def looked_at_once(live: TestTenant) -> tuple[int, int]:
    with bind(live.bound):
        [quote] = some_quotes(live, 1)
    look = partial(clients.note_view, quote, actor=Actor.client(quote, ip=None))
    assert at_once(live, [look] * HANDS) == ["done"] * HANDS
    with bind(live.bound):
        told = Notification.objects.filter(type="quote_viewed", user_id=live.users["admin"]).count()
        return told, AuditEntry.objects.filter(action="quote.viewed").count()


def test_of_two_first_views_one_is_told(live: TestTenant) -> None:
    assert looked_at_once(live) == (1, 1)


def test_control_without_the_lock_both_are(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "lock", read_together(HANDS))
    told, noted = looked_at_once(live)
    assert told > 1
    assert noted > 1


def test_a_signed_copy_is_kept_once(alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    contract = contracts.create_contract({"contact_id": contact.pk, "title": "A"}, actor=alfa.actor())
    contract = contracts.send_contract(contract, actor=alfa.actor())
    clients.sign_by_link(contract, said(contract), actor=Actor.client(contract, ip=None))
    seal = partial(clients.seal_contract, contract, said(contract), actor=Actor.system())
    assert seal() is not None
    assert seal() is None
    assert Evidence.objects.filter(kind="contract_sealed").count() == 1
