"""Asking the person at the client: a question instead of an effect, and the effect once they have said yes."""

from typing import Any

import pytest
from django.core import signing

from billing.models import Quote
from crm.models import Contact
from leadercrm.agents.tests.asking import ASK, ITEMS, contact, token_with
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.mcp import confirming
from leadercrm.mcp.confirming import ASKED

YES = {"action": "accept", "content": {"confirm": True}}
SEND = "leader_send_quote"


def asking(token: str, **capabilities: Any) -> Agent:
    """An agent whose client can ask its user."""
    agent = Agent(token)
    agent.capabilities = {"elicitation": {"form": {}}, **capabilities}
    return agent


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return asking(alfa.tokens["admin"])


@pytest.fixture
def quote(alfa: TestTenant) -> int:
    made = Agent(alfa.tokens["admin"]).call("leader_create_quote", contact_id=contact(alfa), items=ITEMS)
    return int(made["quote"]["id"])


def retried(agent: Agent, question: Any, said: Any, **arguments: Any) -> Any:
    """The same call with what the user has said; its result, or what was refused."""
    params = {"name": SEND, "arguments": arguments, "requestState": question["requestState"]}
    return agent.request("tools/call", {**params, "inputResponses": {ASKED: said}})


def sent() -> int:
    return WorkItem.objects.filter(task="billing.send_quote").count()


def test_the_person_reads_what_will_happen_and_agrees(agent: Agent, quote: int) -> None:
    with untouched():
        question = agent.call(SEND, quote_id=quote)
    assert question["resultType"] == "input_required"
    asked = question["inputRequests"][ASKED]
    assert asked["method"] == "elicitation/create"
    assert "lucia@cliente.mx" in asked["params"]["message"]
    assert asked["params"]["requestedSchema"]["properties"]["confirm"]["type"] == "boolean"
    result = retried(agent, question, YES, quote_id=quote).result
    assert (result["isError"], result["structuredContent"]["quote"]["status"], sent()) == (False, "sent", 1)


def test_however_often_the_answer_comes_it_is_done_once(agent: Agent, quote: int) -> None:
    question = agent.call(SEND, quote_id=quote, resend=True)
    first = retried(agent, question, YES, quote_id=quote, resend=True).result["structuredContent"]
    again = retried(agent, question, YES, quote_id=quote, resend=True).result["structuredContent"]
    assert ("replayed" in first, again["replayed"], sent()) == (False, True, 1)
    assert first["change_set_id"] == again["change_set_id"]
    another = agent.call(SEND, quote_id=quote, resend=True)
    said = retried(agent, another, YES, quote_id=quote, resend=True).result["structuredContent"]
    assert "replayed" not in said, "another question is another call"


@pytest.mark.parametrize(
    "said",
    [
        {"action": "decline"}, {"action": "cancel"}, {"action": "accept", "content": {"confirm": False}},
        {"action": "accept", "content": {"confirm": "true"}}, {"action": "accept"},
    ],
)  # fmt: skip
def test_whoever_does_not_say_yes_has_said_no(agent: Agent, quote: int, said: Any) -> None:
    question = agent.call(SEND, quote_id=quote)
    with untouched():
        result = retried(agent, question, said, quote_id=quote).result
    assert result["isError"]
    assert '"declined"' in result["content"][0]["text"]


def test_what_was_agreed_to_is_that_call_alone(agent: Agent, alfa: TestTenant, quote: int) -> None:
    """Other arguments, another token, another recipient by then: each is asked anew."""
    question = agent.call(SEND, quote_id=quote)
    with untouched():
        assert retried(agent, question, YES, quote_id=quote, resend=True).result["resultType"] == "input_required"
        other = asking(alfa.tokens["manager"])
        assert retried(other, question, YES, quote_id=quote).result["resultType"] == "input_required"
        assert agent.request("tools/call", {
            "name": SEND, "arguments": {"quote_id": quote}, "requestState": question["requestState"],
        }).result["resultType"] == "input_required"  # fmt: skip
    Contact.objects.update(emails=[{"email": "otra@cliente.mx", "type": "work"}])
    with untouched():
        anew = retried(agent, question, YES, quote_id=quote).result
    assert "otra@cliente.mx" in anew["inputRequests"][ASKED]["params"]["message"]


def test_a_state_that_is_not_ours_is_refused_and_an_old_one_asked_anew(
    agent: Agent, quote: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = agent.call(SEND, quote_id=quote)
    for forged in (f"{question['requestState']}x", signing.dumps(["x", "y"], salt="other"), "x"):
        with untouched():
            refused = retried(agent, {"requestState": forged}, YES, quote_id=quote)
        assert refused.error["code"] == -32602
    monkeypatch.setattr(confirming, "HOLDS_SECONDS", -1)
    with untouched():
        assert retried(agent, question, YES, quote_id=quote).result["resultType"] == "input_required"


@pytest.mark.parametrize("capabilities", [{}, {"elicitation": {"url": {}}}])
def test_a_client_that_cannot_ask_is_told_as_before(alfa: TestTenant, quote: int, capabilities: Any) -> None:
    agent = Agent(alfa.tokens["admin"])
    agent.capabilities = capabilities
    with untouched():
        assert agent.refusal(SEND, quote_id=quote)["code"] == "confirmation_required"
    old = Agent(alfa.tokens["admin"], version="2025-11-25")
    with untouched():
        assert old.refusal(SEND, quote_id=quote)["code"] == "confirmation_required"


def test_the_handshake_s_clients_cannot_bring_a_state(alfa: TestTenant, agent: Agent, quote: int) -> None:
    question = agent.call(SEND, quote_id=quote)
    old = Agent(alfa.tokens["admin"], version="2025-11-25")
    with untouched():
        assert retried(old, question, YES, quote_id=quote).result["isError"]


def test_one_that_names_no_kind_of_question_is_asked(alfa: TestTenant, quote: int) -> None:
    assert asking(alfa.tokens["admin"], elicitation={}).call(SEND, quote_id=quote)["resultType"] == "input_required"


def test_who_has_confirmed_is_not_asked_again(agent: Agent, quote: int) -> None:
    assert agent.call(SEND, quote_id=quote, confirm=True)["quote"]["status"] == "sent"


def test_what_somebody_else_must_approve_is_not_asked_at_the_client(alfa: TestTenant, quote: int) -> None:
    _token, text = token_with(alfa, (SEND, ASK))
    assert asking(text).refusal(SEND, quote_id=quote)["code"] == "approval_required"
    assert Quote.objects.get(pk=quote).status == "draft"
