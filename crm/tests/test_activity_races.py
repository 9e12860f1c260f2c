"""Activities in parallel, on real commits, each with the control that fails without its guard."""

from collections.abc import Callable
from typing import Any

import pytest

from crm import queries_activities
from crm.actions import activities, attached, reminders
from crm.actions.activities import complete_activity, create_activity
from crm.actions.contacts import create_contact, delete_contact
from crm.models import Activity
from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.parallel import Stand, everybody, in_parallel, read_together
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind

Look = Callable[[str, int, Actor], bool]
CALL = {"subject": "Llamar", "type": "call"}


def outcome(tenant: TestTenant, act: Callable[[], Any]) -> Callable[[], Any]:
    """A call for a thread: what it returns, or the status of a refusal."""

    def call() -> Any:
        with bind(tenant.bound):
            try:
                return act()
            except DomainError as refusal:
                return refusal.status

    return call


# --- two completions of one activity


def complete_twice(tenant: TestTenant) -> tuple[int, int]:
    """(how many completions were recorded, how many moments of completion were answered)."""
    actor = tenant.actor()
    with bind(tenant.bound):
        activity = create_activity(CALL, actor=actor)
    act = outcome(tenant, lambda: complete_activity(activity, actor=actor).completed_at)
    moments = set(in_parallel([act] * 4))
    with bind(tenant.bound):
        return AuditEntry.objects.filter(action="activity.completed", object_id=activity.pk).count(), len(moments)


def test_of_parallel_completions_one_counts(live: TestTenant) -> None:
    assert [complete_twice(live) for _round in range(3)] == [(1, 1)] * 3


def test_control_without_the_lock_each_counts(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "lock", read_together(4))
    assert complete_twice(live) != (1, 1)


# --- an activity for a contact that is being deleted


def attached_while_it_is_deleted(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch, look: Look) -> int:
    """How many living activities a deleted contact has: who makes one has looked, and the contact is deleted."""
    actor, stand = tenant.actor(), Stand()
    with bind(tenant.bound):
        contact = create_contact({"first_name": "A"}, actor=actor)
    target = {"activitable_type": r"App\Models\Contact", "activitable_id": contact.pk}
    create = outcome(tenant, lambda: create_activity({**CALL, **target}, actor=actor) and None)
    monkeypatch.setattr(attached, "target_there", stand.after(look))
    in_parallel([create, stand.then(outcome(tenant, lambda: delete_contact(contact, actor=actor)))])
    with bind(tenant.bound):
        assert tally.read("crm.activity")[1] == Activity.objects.count()
        return Activity.objects.filter(contact__deleted_at__isnull=False).count()


def test_a_deleted_contact_gets_no_activity(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert attached_while_it_is_deleted(live, monkeypatch, queries_activities.target_there) == 0


def test_control_without_holding_the_contact_it_does(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def loose(column: str, pk: int, actor: Actor) -> bool:
        there: bool = queries_activities.MODELS[column].objects.filter(pk=pk).exists()
        return there

    assert attached_while_it_is_deleted(live, monkeypatch, loose) == 1


# --- two workers remind of the same


def remind_twice(tenant: TestTenant) -> int:
    """How often somebody is told of one activity."""
    with bind(tenant.bound):
        activity = create_activity(CALL, actor=tenant.actor())
        Activity.objects.filter(pk=activity.pk).update(remind_at=activity.created_at)
    in_parallel([outcome(tenant, lambda: reminders.remind(actor=Actor.system()))] * 3)
    with bind(tenant.bound):
        return Notification.objects.filter(url=f"/activities/{activity.pk}").count()


def test_two_workers_remind_once(live: TestTenant) -> None:
    assert [remind_twice(live) for _round in range(3)] == [1] * 3


def test_control_without_the_lock_they_remind_each(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    together = everybody(3)

    def tell(*args: Any, **kwargs: Any) -> Any:
        together.wait()
        return notify(*args, **kwargs)

    monkeypatch.setattr(reminders, "notify", tell)
    monkeypatch.setattr(type(Activity.objects.all()), "select_for_update", lambda rows, **how: rows.all())
    assert remind_twice(live) == 3
