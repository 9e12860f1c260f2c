"""The toolset operations: whatever the API can do, an agent can find and call, by the same rules."""

from collections.abc import Callable

import pytest

from crm.models import Contact
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token

PATH = "/mcp?toolsets=operations"


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"], path=PATH)


def test_they_are_there_for_who_asks_for_them(agent: Agent, alfa: TestTenant) -> None:
    names = {"leader_find_operation", "leader_call_operation"}
    assert names <= set(agent.tools())
    assert not names & set(Agent(alfa.tokens["admin"]).tools())
    assert "leader_call_operation" not in Agent(alfa.tokens["admin"], path="/mcp/readonly?toolsets=operations").tools()


@pytest.mark.parametrize(
    ("search", "wanted"),
    [
        ("create product", "createProduct"),
        ("webhook secret", "rotateWebhookSecret"),
        ("merge contacts", "mergeContacts"),
    ],
)
def test_an_operation_is_found_by_words(agent: Agent, search: str, wanted: str) -> None:
    found = agent.call("leader_find_operation", search=search)["operations"]
    assert wanted in [each["operation_id"] for each in found[:3]]


def test_reading_needs_nobody_s_word(agent: Agent) -> None:
    Contact.objects.create(first_name="Ana")
    answer = agent.call(
        "leader_call_operation", operation_id="listContacts", query={"per_page": 5, "fields": "first_name"}
    )
    assert answer["data"] == [{"first_name": "Ana"}]


def test_writing_needs_confirmation_and_can_be_tried(agent: Agent) -> None:
    product = {"operation_id": "createProduct", "body": {"name": "Licencia", "unit_price": 100}}
    with untouched():
        assert agent.refusal("leader_call_operation", **product)["code"] == "confirmation_required"
        assert agent.call("leader_call_operation", **product, dry_run=True)["data"]["name"] == "Licencia"
    made = agent.call("leader_call_operation", **product, confirm=True)
    assert made["data"]["name"] == "Licencia"
    path = {"id": made["data"]["id"]}
    agent.call("leader_call_operation", operation_id="updateProduct", path=path, body={"unit_price": 90}, confirm=True)
    assert agent.call("leader_call_operation", operation_id="getProduct", path=path)["data"]["unit_price"] == 90


def test_what_it_did_can_be_undone(agent: Agent) -> None:
    body = {"first_name": "Ana"}
    done = agent.call("leader_call_operation", operation_id="createContact", body=body, confirm=True)
    agent.call("leader_undo", change_set_id=done["change_set_id"])
    assert not Contact.objects.exists()


NOT_THERE: list[tuple[str, dict[str, str]]] = [("nothing", {}), ("login", {}), ("bulk", {})]
NOT_SUCH_A_ROW = [("getContact", {}), ("getContact", {"id": "1/../../auth/me"}), ("getContact", {"id": "x"})]


@pytest.mark.parametrize(("operation_id", "path"), [*NOT_THERE, *NOT_SUCH_A_ROW])
def test_what_is_no_operation_is_refused(agent: Agent, operation_id: str, path: dict[str, object]) -> None:
    with untouched():
        assert agent.refusal("leader_call_operation", operation_id=operation_id, path=path, confirm=True)


def test_a_token_reaches_as_far_as_elsewhere(alfa: TestTenant) -> None:
    body = {"operation_id": "createContact", "body": {"first_name": "Ana"}, "confirm": True}
    tokens: list[Callable[[], str]] = [
        lambda: make_token(alfa.users["admin"], read_only=True)[1],
        lambda: alfa.tokens["viewer"],
    ]
    for token in tokens:
        agent = Agent(token(), path=PATH)
        with untouched():
            assert agent.refusal("leader_call_operation", **body)
