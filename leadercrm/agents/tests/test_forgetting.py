"""What agents did is kept for a year, what they asked for three months; then it goes, and undoing says so."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Contact
from leadercrm.agents.actions import forgetting
from leadercrm.agents.actions.forgetting import forget_old_calls
from leadercrm.agents.models import APPROVALS_KEPT, JOURNAL_KEPT, Approval
from leadercrm.agents.tests.asking import ASK, approve, token_with
from leadercrm.agents.tests.calls import contact_of
from leadercrm.core.housekeeping import DUTIES, forget_use_of_tokens
from leadercrm.core.models import AuditEntry, ChangeSet, TokenUse
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

HOUR = timedelta(hours=1)


def aged(pk: int, by: timedelta) -> None:
    ChangeSet.objects.filter(pk=pk).update(at=timezone.now() - by)


def test_it_is_a_duty_of_the_house() -> None:
    assert forget_old_calls in DUTIES


def test_an_old_call_goes_and_the_audit_stays(agent: Agent, api: Api) -> None:
    old, young, latest = (contact_of(agent)["change_set_id"] for _number in range(3))
    aged(old, JOURNAL_KEPT + HOUR)
    aged(young, JOURNAL_KEPT - HOUR)
    entries = AuditEntry.objects.count()
    assert forget_old_calls() == 1
    assert [*ChangeSet.objects.order_by("pk").values_list("pk", flat=True)] == [young, latest]
    assert AuditEntry.objects.count() == entries
    entry = AuditEntry.objects.filter(action="contact.created").earliest("pk")
    assert (entry.change_set_id, entry.label, entry.via) == (None, "tests 1", "mcp")
    with untouched():
        assert agent.refusal("leader_undo", change_set_id=old)["code"] == "too_old"
        refused = api.post(f"/agent/changesets/{old}/undo")
        assert (refused.status, refused.json["code"], set(refused.errors)) == (422, "too_old", {"at"})
        assert "365" in refused.json["message"]
        assert api.post(f"/agent/changesets/{latest + 10**6}/undo").status == 404
    assert agent.call("leader_undo", change_set_id=young)["undone"]
    assert Contact.objects.count() == 2


def test_the_latest_is_kept_and_is_too_old_all_the_same(agent: Agent) -> None:
    only = contact_of(agent)["change_set_id"]
    aged(only, JOURNAL_KEPT + HOUR)
    assert forget_old_calls() == 0
    with untouched():
        assert agent.refusal("leader_undo", change_set_id=only)["code"] == "too_old"
        assert agent.refusal("leader_undo")["code"] == "too_old"


def test_what_undid_a_forgotten_call_stays_an_undo(agent: Agent) -> None:
    made = contact_of(agent)["change_set_id"]
    undoing = agent.call("leader_undo", change_set_id=made)["change_set_id"]
    aged(made, JOURNAL_KEPT + HOUR)
    contact_of(agent)
    forget_old_calls()
    kept = ChangeSet.objects.get(pk=undoing)
    assert (kept.tool, kept.undoes_id) == ("leader_undo", None)


def test_old_answers_and_expired_questions_go(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    names = ("decided", "expired", "waiting", "lately")
    numbers = {name: Agent(text).refusal("leader_create_contact", first_name=name)["approval_id"] for name in names}
    for name in ("decided", "lately"):
        approve(alfa, numbers[name])
    ago = timezone.now() - APPROVALS_KEPT - HOUR
    Approval.objects.filter(pk=numbers["decided"]).update(decided_at=ago)
    Approval.objects.filter(pk=numbers["expired"]).update(expires_at=ago)
    Approval.objects.filter(pk=numbers["waiting"]).update(created_at=ago)
    assert forget_old_calls() == 2
    assert {*Approval.objects.values_list("pk", flat=True)} == {numbers["waiting"], numbers["lately"]}


def test_so_many_go_at_once(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for _number in range(4):
        contact_of(agent)
    ChangeSet.objects.update(at=timezone.now() - JOURNAL_KEPT - HOUR)
    assert [forget_old_calls() for _hour in range(3)] == [2, 1, 0]


def test_what_tokens_used_long_ago_goes(alfa: TestTenant) -> None:
    today = timezone.localdate()
    for days in (0, 20, 40):
        TokenUse.objects.create(token_id=1, day=today - timedelta(days=days), sends=1)
    values: Any = forget_use_of_tokens()
    assert (values, TokenUse.objects.count()) == (1, 2)
