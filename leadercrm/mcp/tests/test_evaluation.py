"""The tasks of the evaluation: a scripted agent leaves the state that a model is graded by, and no less."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from crm.models import Contact
from leadercrm.agents.actions.policies import set_policy
from leadercrm.core.testing.agents import Agent, Refused
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.mcp.evaluation.models import Anthropic, Model, OpenAi
from leadercrm.mcp.evaluation.talking import answer_of, talk
from leadercrm.mcp.evaluation.task import Arguments, Task, latest_entry, plain, play
from leadercrm.mcp.evaluation.tasks import TASKS
from leadercrm.mcp.evaluation.world import make_world
from leadercrm.tenancy.credentials import make_token


@contextmanager
def taken_back() -> Iterator[None]:
    """One world for all tasks: what a task does to it is taken back."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # a tenant may be bound in it
    with block:
        yield
        transaction.set_rollback(True)


def agent_for(alfa: TestTenant, task: Task) -> Agent:
    token, text = make_token(alfa.users["admin"], agent_name="Evaluación", read_only=task.read_only)
    if task.rules:
        set_policy(token, rules=task.rules, actor=alfa.actor(via="page"))
    return Agent(text)


def caller(agent: Agent) -> Any:
    def call(tool: str, arguments: Arguments) -> dict[str, Any]:
        try:
            found: dict[str, Any] = agent.call(tool, **arguments)
        except Refused as refused:
            return {**refused.body, "refused": True}
        return found

    return call


@pytest.mark.timeout(600)
def test_a_scripted_agent_does_every_task(alfa: TestTenant) -> None:
    make_world(alfa.actor())
    failed = {}
    for name, task in TASKS.items():
        with taken_back():
            agent, last = agent_for(alfa, task), latest_entry()
            failures = task.failures(last, play(task, caller(agent)))
        if failures:
            failed[name] = failures
    assert not failed


def test_there_are_sixty_half_of_them_in_spanish() -> None:
    assert len(TASKS) == 60
    assert Counter(task.language for task in TASKS.values()) == {"es": 30, "en": 30}


def test_control_who_does_nothing_fails(alfa: TestTenant) -> None:
    """But where nothing is what should be left."""
    make_world(alfa.actor())
    last = latest_entry()
    assert {name for name, task in TASKS.items() if not task.failures(last, "")} == {
        "contact-known-already", "orders-in-a-note", "reading-alone", "nothing-for-it", "rule-denies", "undo-change",
        "undo-new",
    }  # fmt: skip


def test_control_who_does_more_than_was_asked_fails(alfa: TestTenant) -> None:
    make_world(alfa.actor())
    last = latest_entry()
    call = caller(agent_for(alfa, TASKS["contact-phone"]))
    call("leader_update_contact", {"contact_id": Contact.objects.latest("pk").pk, "city": "X"})
    assert TASKS["contact-phone"].failures(last, "5533334444") == ["crm.contact was written"]


def test_figures_are_the_same_however_they_are_written() -> None:
    assert plain("$810,000.00 MXN") == plain("810 000 mxn")


# --- The loop with a model, by both ways of speaking to one


class Puppet:
    """Stands in for a model's server: first it wants a tool, then it says what the tool gave."""

    def __init__(self, kind: str) -> None:
        self.kind, self.bodies = kind, list[Any]()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.bodies.append((path, json.loads(json.dumps(body))))
        wants = len(self.bodies) == 1
        arguments = {"search": "carlos rivas"}
        if self.kind == "openai":
            function = {"name": "leader_search_contacts", "arguments": json.dumps(arguments)}
            calls = [{"id": "c1", "type": "function", "function": function}]
            said = {"content": None, "tool_calls": calls} if wants else {"content": "Su teléfono es 55 3333 4444."}
            return {"choices": [{"message": said}]}
        used = {"type": "tool_use", "id": "c1", "name": "leader_search_contacts", "input": arguments}
        return {"content": [used if wants else {"type": "text", "text": "Su teléfono es 55 3333 4444."}]}


@pytest.mark.parametrize("kind", ["openai", "anthropic"])
def test_a_model_talks_to_the_tools_until_it_has_an_answer(alfa: TestTenant, kind: str) -> None:
    make_world(alfa.actor())
    task, puppet = TASKS["contact-phone"], Puppet(kind)
    agent, last = agent_for(alfa, task), latest_entry()
    model: Model = OpenAi("m", puppet.post) if kind == "openai" else Anthropic("m", puppet.post)

    def call(name: str, arguments: Any) -> tuple[str, bool]:
        return json.dumps(agent.call(name, **arguments)), False

    turns = talk(model, "Be careful.", task.asks, list(agent.tools().values()), call)
    assert [turn.role for turn in turns] == ["user", "assistant", "tool", "assistant"]
    assert task.failures(last, answer_of(turns)) == []
    path, body = puppet.bodies[-1]
    assert path == {"openai": "/chat/completions", "anthropic": "/v1/messages"}[kind]
    assert "5533334444" in json.dumps(body["messages"][-1])
    assert len(body["tools"]) == 25
