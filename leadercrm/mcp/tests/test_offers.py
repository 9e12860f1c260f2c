"""What is offered beside tools: prompts, completions, resources; and what all of it costs an agent."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.tenants import TestTenant, visiting

SNAPSHOT = Path(__file__).with_name("definitions.json")
# About what the tokenizers of the large models make of English and JSON.
BYTES_OF_A_TOKEN = 4
MOST_TOKENS, MOST_TOKENS_OF_A_TOOL = 6_000, 450


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"])


def test_definitions_change_on_purpose_only(agent: Agent) -> None:
    """Agents rely on them: whoever changes one writes the snapshot anew, and says so in the changelog."""
    found = orjson.dumps(agent.tools(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    if not SNAPSHOT.exists():
        SNAPSHOT.write_bytes(found + b"\n")
    assert orjson.loads(SNAPSHOT.read_bytes()) == orjson.loads(found), f"remove {SNAPSHOT.name}, and look at its change"


def test_tools_cost_few_tokens(agent: Agent) -> None:
    tools = agent.request("tools/list").result["tools"]
    costs = {tool["name"]: len(orjson.dumps(tool)) // BYTES_OF_A_TOKEN for tool in tools}
    assert len(tools) <= 25
    assert sum(costs.values()) < MOST_TOKENS, costs
    assert max(costs.values()) < MOST_TOKENS_OF_A_TOOL, costs


def test_prompts_are_filled_in(agent: Agent) -> None:
    listed = {prompt["name"]: prompt for prompt in agent.request("prompts/list").result["prompts"]}
    workflows = {"nuevo_lead", "ciclo_de_venta", "rendimiento_equipo", "seguimiento_masivo", "preparar_reunion"}
    assert set(listed) == workflows
    given: dict[str, Any] = {"name": "preparar_reunion", "arguments": {"cliente": "Norte %(x)s"}}
    got = agent.request("prompts/get", given, **{"Accept-Language": "es"}).result["messages"][0]["content"]["text"]
    assert got.startswith("Voy a reunirme con Norte %(x)s.")
    lacking = agent.request("prompts/get", {"name": "preparar_reunion"}).error
    assert "cliente" in lacking["message"]
    assert "Unknown prompt" in agent.request("prompts/get", {"name": "nada"}).error["message"]


def test_arguments_are_completed_from_the_tenants_own(agent: Agent, alfa: TestTenant, beta: TestTenant) -> None:
    create_company({"name": "Norte Industrial"}, actor=alfa.actor())
    with visiting(beta):
        create_company({"name": "Norte Ajena"}, actor=beta.actor())

    def completed(prompt: str, argument: str, text: str) -> list[str]:
        params = {"ref": {"type": "ref/prompt", "name": prompt}, "argument": {"name": argument, "value": text}}
        values: list[str] = agent.request("completion/complete", params).result["completion"]["values"]
        return values

    assert completed("preparar_reunion", "cliente", "nort") == ["Norte Industrial"]
    assert completed("seguimiento_masivo", "responsable", "admin") == ["Admin Alfa"]
    assert completed("nuevo_lead", "datos", "x") == completed("nada", "x", "x") == []


def test_records_are_read_by_address(agent: Agent, alfa: TestTenant, beta: TestTenant) -> None:
    own = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    with visiting(beta):
        foreign = create_contact({"first_name": "Ajena"}, actor=beta.actor())
    fixed = {row["uri"] for row in agent.request("resources/list").result["resources"]}
    assert fixed == {"leader://me", "leader://pipelines", "leader://figures"}
    assert len(agent.request("resources/templates/list").result["resourceTemplates"]) == 6

    def read(uri: str) -> Any:
        return orjson.loads(agent.request("resources/read", {"uri": uri}).result["contents"][0]["text"])

    assert all(read(uri) for uri in fixed)
    assert read(f"leader://contacts/{own.pk}")["record"]["full_name"] == "Ana"
    for uri in (f"leader://contacts/{foreign.pk + 10**6}", "leader://secrets/1", "file:///etc/passwd"):
        assert agent.request("resources/read", {"uri": uri}).error["code"] == -32602
    assert Agent(path="/mcp/open").request("resources/list").result["resources"] == []
