"""Actions: permission, transaction, lock, transition, record."""

from typing import Any

import pytest
from django.db import OperationalError, models, transaction

from crm.actions.contacts import change_contact, create_contact
from crm.models import Contact
from leadercrm.core import actions
from leadercrm.core.actions import after_commit, assign, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.parallel import meanwhile
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import PendingWork


class Stage(models.TextChoices):
    LEAD = "lead"
    CUSTOMER = "customer"
    CHURNED = "churned"

    @classmethod
    def moves(cls) -> dict["Stage", set["Stage"]]:
        return {cls.LEAD: {cls.CUSTOMER}, cls.CUSTOMER: {cls.CHURNED}, cls.CHURNED: set()}


@pytest.fixture
def contact(alfa: TestTenant) -> Contact:
    return create_contact({"first_name": "Ana"}, actor=alfa.actor())


@pytest.fixture(autouse=True)
def _registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Actions that a test makes are no actions of the product."""
    monkeypatch.setattr(actions, "ACTIONS", dict(actions.ACTIONS))


def test_action_checks_its_permission_first(alfa: TestTenant, contact: Contact) -> None:
    with untouched():
        with pytest.raises(Forbidden):
            change_contact(contact, {"city": "León"}, actor=alfa.actor("viewer"))
        with pytest.raises(Forbidden):
            change_contact(contact, {"city": "León"}, actor=alfa.actor("sales"))
    change_contact(contact, {"city": "León"}, actor=alfa.actor("manager"))
    change_contact(contact, {"city": "Mérida"}, actor=Actor.system())


def test_undeclared_permission_is_a_fault_not_a_grant(alfa: TestTenant) -> None:
    @domain_action(permission="crm.no_such_thing")
    def act(*, actor: Actor) -> None:
        raise AssertionError("never reached")

    for actor in (alfa.actor(), Actor.system(), Actor.visitor(via="api", ip="127.0.0.1")):
        with pytest.raises(KeyError):
            act(actor=actor)


def test_failure_inside_an_action_undoes_all_of_it(alfa: TestTenant, contact: Contact) -> None:
    @domain_action(permission="crm.change_contact")
    def act(row: Contact, *, actor: Actor) -> None:
        before = snapshot(row)
        assign(row, {"city": "León"})
        record(actor, row, "contact.changed", before=before)
        after_commit("accounts.send_welcome", user_id=1)
        raise DomainError("no")

    with untouched(), pytest.raises(DomainError):
        act(contact, actor=alfa.actor())


def test_actions_are_registered_by_name() -> None:
    assert actions.ACTIONS["crm.create_contact"] is create_contact
    assert create_contact.permission == "crm.create_contact"  # type: ignore[attr-defined]


def test_work_is_scheduled_in_the_transaction(alfa: TestTenant) -> None:
    with transaction.atomic():
        item = after_commit("accounts.send_welcome", user_id=1)
        assert (item.task, item.state, item.arguments) == ("accounts.send_welcome", "waiting", {"user_id": 1})
    assert PendingWork.objects.get().work_id == item.pk
    with pytest.raises(LookupError):
        after_commit("no.such_task")
    assert WorkItem.objects.count() == 1


def test_transition_follows_the_table(contact: Contact) -> None:
    transition(contact, Stage.CUSTOMER, field="lifecycle_stage", city="León")
    contact.refresh_from_db()
    assert (contact.lifecycle_stage, contact.city) == ("customer", "León")
    with untouched():
        for refused in (Stage.LEAD, Stage.CUSTOMER):
            with pytest.raises(DomainError) as error:
                transition(contact, refused, field="lifecycle_stage", city="Mérida")
            assert (error.value.code, set(error.value.errors)) == ("illegal_transition", {"lifecycle_stage"})
    contact.refresh_from_db()
    assert contact.city == "León"


def test_lock_reads_the_row_anew_and_misses_what_is_gone(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(city="León")
    with transaction.atomic():
        assert lock(contact).city == "León"
        Contact.objects.filter(pk=contact.pk).update(deleted_at="2026-01-01T00:00:00Z")
        with pytest.raises(NotFound):
            lock(contact)


def test_lock_holds_off_another_connection(live: TestTenant) -> None:
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana"}, actor=live.actor())

    def patiently() -> Any:
        with bind(live.bound), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            return lock(contact)

    with meanwhile(live, lambda: lock(contact)), pytest.raises(OperationalError):
        patiently()
    assert patiently() == contact


def test_record_says_who_what_and_how(alfa: TestTenant) -> None:
    actor = Actor(
        kind="user", via="mcp", user_id=alfa.users["sales"], role=alfa.actor("sales").role, token_id=7,
        ip="2001:db8::1", request_id="abc", label="Agent",
    )  # fmt: skip
    made = create_contact({"first_name": "Ana"}, actor=actor)
    change_contact(made, {"first_name": "Eva", "city": None}, actor=actor)
    created, changed = AuditEntry.objects.order_by("id")
    for entry in (created, changed):
        assert (entry.object_type, entry.object_id, entry.user_id) == ("crm.contact", made.pk, actor.user_id)
        assert (entry.via, entry.token_id, entry.ip, entry.request_id, entry.label) == (
            "mcp", 7, "2001:db8::1", "abc", "Agent",
        )  # fmt: skip
    assert created.changes["first_name"] == [None, "Ana"]
    assert changed.changes == {"first_name": ["Ana", "Eva"]}
    assert not {"search", "match_keys", "updated_at"} & set(created.changes)


def test_change_of_nothing_is_recorded_nowhere(alfa: TestTenant, contact: Contact) -> None:
    with untouched():
        change_contact(contact, {"first_name": "Ana", "city": None, "custom_fields": {}}, actor=alfa.actor())


def test_rows_are_written_inside_actions_only(alfa: TestTenant, contact: Contact) -> None:
    with pytest.raises(RuntimeError, match="outside an action"):
        record(alfa.actor(), contact, "contact.changed", before=snapshot(contact))


def test_actions_may_call_actions(alfa: TestTenant) -> None:
    @domain_action(permission="crm.create_contact")
    def two(*, actor: Actor) -> None:
        create_contact({"first_name": "Ana"}, actor=actor)
        with pytest.raises(DomainError):
            create_contact({"first_name": "Eva", "owner_id": 10**9}, actor=actor)

    two(actor=alfa.actor())
    assert Contact.objects.count() == AuditEntry.objects.count() == 1
