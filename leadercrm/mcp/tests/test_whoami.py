"""What an agent reads first: what it may, what it has left, and what it has asked and forgotten."""

from datetime import timedelta

from django.utils import timezone

from leadercrm.agents.models import Approval
from leadercrm.agents.tests.asking import ASK, approve, token_with
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.models import AccessToken


def test_a_lost_handle_is_found_again(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    agent = Agent(text)
    assert "approvals_waiting" not in agent.call("leader_whoami")
    first, second = (agent.refusal("leader_create_contact", first_name=name)["approval_id"] for name in "AB")
    told = agent.call("leader_whoami")
    assert [row["approval_id"] for row in told["approvals_waiting"]] == [second, first]
    assert told["approvals_waiting"][0]["tool"] == "leader_create_contact"
    assert told["approvals_waiting"][0]["expires_at"] > told["now"]
    following = told["next"][0]
    assert agent.call(following["tool"], **following["arguments"])["record"]["status"] == "waiting"
    approve(alfa, second)
    Approval.objects.filter(pk=first).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "approvals_waiting" not in agent.call("leader_whoami")


def test_another_token_of_the_same_user_has_asked_nothing(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    Agent(text).refusal("leader_create_contact", first_name="A")
    assert "approvals_waiting" not in Agent(alfa.tokens["admin"]).call("leader_whoami")


def test_a_cap_that_was_lowered_below_its_use_leaves_nothing(alfa: TestTenant) -> None:
    token, text = token_with(alfa)
    AccessToken.objects.filter(pk=token.pk).update(amount_per_day=5000)
    agent = Agent(text)
    contact = agent.call("leader_create_contact", first_name="A")["contact"]["id"]
    items = [{"description": "Licencia", "quantity": 1, "unit_price": 1000}]
    agent.call("leader_create_quote", contact_id=contact, items=items)
    assert agent.call("leader_whoami")["token"]["amount_left_today"] == 3840
    AccessToken.objects.filter(pk=token.pk).update(amount_per_day=100)
    assert agent.call("leader_whoami")["token"]["amount_left_today"] == 0
