"""Turns: who has waited longest comes first, and no work is announced in vain."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Min
from django.utils import timezone

from leadercrm.core.actions import after_commit
from leadercrm.core.models import WorkItem
from leadercrm.core.outbox import HANDLERS
from leadercrm.core.testing.parallel import meanwhile
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.tenancy import turns
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import Tenant, Turn


def test_tenants_are_served_in_turn(alfa: TestTenant, beta: TestTenant) -> None:
    for tenant in (alfa, beta, alfa):
        with visiting(tenant):
            turns.announce("mails")
    assert turns.seconds_until("mails") == 0
    taken = [turns.take("mails") for _slice in range(4)]
    assert sorted(taken[:2], key=str) == sorted([alfa.row.pk, beta.row.pk], key=str)
    assert taken[2:] == taken[:2]
    assert turns.take("others") is None
    with visiting(beta):
        turns.rest("mails", lambda: None)
    later = timezone.now() + timedelta(hours=1)
    turns.rest("mails", lambda: later)
    assert turns.take("mails") is None
    assert 3590 < (turns.seconds_until("mails") or 0) < 3601
    turn = Turn.objects.get()
    assert (turn.tenant_id, turn.due_at) == (alfa.row.pk, later)
    turns.announce("mails")
    assert turns.take("mails") == alfa.row.pk
    Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=timezone.now())
    assert turns.take("mails") is None


def announce_with_work() -> None:
    """As a send does it: rows, and the turn last."""
    after_commit("tests.nothing")
    turns.announce("mails")


def work_left() -> datetime | None:
    due: datetime | None = WorkItem.objects.aggregate(due=Min("due_at"))["due"]
    return due


def test_work_that_is_announced_while_a_turn_ends_is_not_forgotten(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "tests.nothing", (lambda: None, True))
    with bind(live.bound):
        turns.announce("mails")
        with meanwhile(live, announce_with_work):
            turns.rest("mails", work_left)  # the work is not committed yet: nobody can see it
        assert turns.take("mails") == live.row.pk
        # The control: asked before the lock, and ended after it, the turn is gone although there is work.
        WorkItem.objects.all().delete()
        with meanwhile(live, announce_with_work):
            seen = work_left()
        turns.rest("mails", lambda: seen)
        assert turns.take("mails") is None
        assert work_left() is not None
