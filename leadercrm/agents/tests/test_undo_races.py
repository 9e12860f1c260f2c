"""Two who undo the same call at the same moment, on real commits: it is undone once. With the control."""

from threading import Barrier
from typing import Any

import pytest

from crm.actions.deals import create_deal, move_stage
from crm.models import Deal, Stage, StageChange
from leadercrm.agents.actions import undoing
from leadercrm.core.errors import DomainError
from leadercrm.core.journal import journaled
from leadercrm.core.models import ChangeSet
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


def moved_by_an_agent(live: TestTenant) -> int:
    """The id of a call that moved a deal."""
    actor = live.actor()
    with bind(live.bound):
        first, second = Stage.objects.order_by("position")[:2]
        deal = create_deal({"name": "A", "pipeline_id": first.pipeline_id, "stage_id": first.pk}, actor=actor)
        with journaled(actor, "leader_move_deal_stage", {}) as watch:
            move_stage(deal, stage_id=second.pk, actor=actor)
    assert watch.number is not None
    return watch.number


def undone_twice_at_once(live: TestTenant) -> list[str]:
    number = moved_by_an_agent(live)

    def undo() -> str:
        with bind(live.bound):
            try:
                undoing.undo_change_set(ChangeSet.objects.get(pk=number), actor=live.actor())
            except DomainError as refusal:
                return refusal.code
        return "done"

    return sorted(in_parallel([undo, undo]))


def test_of_two_undos_one_is_done(live: TestTenant) -> None:
    assert undone_twice_at_once(live) == ["already_undone", "done"]
    with bind(live.bound):
        assert StageChange.objects.filter(deal=Deal.objects.get()).count() == 3
        assert ChangeSet.objects.filter(undoes__isnull=False).count() == 1


def test_control_without_the_lock_both_are_done(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2)

    def unlocked(row: Any) -> Any:
        found = type(row).objects.get(pk=row.pk)
        both.wait(timeout=20)
        return found

    monkeypatch.setattr(undoing, "lock", unlocked)
    assert undone_twice_at_once(live) == ["done", "done"]
