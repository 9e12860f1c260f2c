"""The agents' door: both eras from one address, and what is refused before any tool runs."""

from typing import Any

import orjson
import pytest

from crm.actions.contacts import create_contact
from leadercrm.core.testing.agents import MODERN, Agent
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.mcp import listing
from leadercrm.tenancy.credentials import make_token, revoke_tokens

LEGACY = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"])


def test_every_revision_is_served_from_one_address(alfa: TestTenant) -> None:
    create_contact({"first_name": "Ángela", "emails": [{"email": "angela@norte.mx"}]}, actor=alfa.actor())
    for version in (MODERN, *LEGACY):
        agent = Agent(alfa.tokens["admin"], version=version)
        if version != MODERN:
            hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "viejo", "version": "1"}}
            opened = agent.request("initialize", hello).result
            assert opened["protocolVersion"] == version
            assert "leader_whoami" in opened["instructions"]
            ready = agent.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
            assert (ready.status, ready.body) == (202, b"")
            assert agent.request("ping").result == {}
        else:
            found = agent.request("server/discover").result
            assert found["supportedVersions"] == [MODERN]
            assert found["resultType"] == "complete"
        assert [row["full_name"] for row in agent.call("leader_search_contacts", search="angela")["items"]] == [
            "Ángela"
        ]
    newest = {"protocolVersion": "2099-01-01", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    assert Agent(alfa.tokens["admin"], version="2025-11-25").request("initialize", newest).result[
        "protocolVersion"
    ] == ("2025-11-25")


def test_without_a_token_that_holds_the_client_learns_where_to_get_one(alfa: TestTenant) -> None:
    number = alfa.tokens["admin"].partition("|")[0]
    for token in (None, "nonsense", f"{number}|{'x' * 42}", "Bearer"):
        for path in ("/mcp", "/mcp/readonly"):
            said = Agent(token, path).request("tools/list")
            assert said.status == 401
            told = said.headers["WWW-Authenticate"]
            assert told.startswith("Bearer ")
            assert f'resource_metadata="http://testserver/.well-known/oauth-protected-resource{path}"' in told
            assert "crm:read" in told
    agent = Agent(alfa.tokens["sales"])
    assert agent.request("tools/list").status == 200
    revoke_tokens(user_id=alfa.users["sales"])
    assert agent.request("tools/list").status == 401


def test_the_resource_tells_of_itself_at_every_place_where_clients_look(db: None) -> None:
    for path, resource in (("", "/mcp"), ("/mcp", "/mcp"), ("/mcp/readonly", "/mcp/readonly")):
        said = Agent(path=f"/.well-known/oauth-protected-resource{path}").send({}, "GET")
        assert said.status == 200
        assert said.json["resource"] == f"http://testserver{resource}"
        assert said.json["scopes_supported"] == ["crm:read", "crm:write", "billing:write", "send", "admin"]


def test_only_post_is_taken_and_nothing_below_it_is_ours(agent: Agent) -> None:
    for method in ("GET", "DELETE", "PUT", "OPTIONS", "HEAD"):
        said = agent.send(b"", method)
        assert said.status == 405
        assert said.headers["Allow"] == "POST"
    assert Agent(path="/mcp/nowhere").send({}).status == 404
    assert Agent(path="/.well-known/oauth-protected-resource/nowhere").send({}, "GET").status == 404


def test_other_hosts_and_origins_are_refused(agent: Agent, settings: pytest.FixtureRequest) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]  # type: ignore[attr-defined]
    settings.AGENT_ORIGINS = ["https://agentes.example.com"]  # type: ignore[attr-defined]
    assert agent.request("tools/list", Host="evil.example.com").status == 421
    for origin in ("https://evil.example.com", "null", "http://testserver.evil.example.com", "http://testserver:81"):
        assert agent.request("tools/list", Origin=origin).status == 403
    for origin in ("http://testserver", "https://agentes.example.com"):
        assert agent.request("tools/list", Origin=origin).status == 200


@pytest.mark.parametrize("version", [MODERN, "2025-11-25", None])
def test_bodies_that_are_no_message_are_told_so(agent: Agent, version: str | None) -> None:
    headers = {"Mcp-Protocol-Version": version} if version else {}
    for body, code in (
        (b"{", -32700), (b" ", -32700), (b"\xff\xfe", -32700), (b'{"a": NaN}', -32700), (b"[" * 5000, -32700),
        (b"[]", -32600), (b"7", -32600), (b'"x"', -32600), (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600), (b'{"jsonrpc":"2.0","id":[],"method":"ping"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', -32600), (b'{"jsonrpc":"2.0","method":7}', -32600),
    ):  # fmt: skip
        said = agent.send(body, **headers)
        assert (said.status, said.error["code"], said.json["id"]) == (400, code, None), (body, said)
    large = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"' + b"x" * 1_100_000 + b'"}}'
    assert agent.send(large, **headers).status == 413
    with_type = agent.client.post("/mcp", b"{}", content_type="text/plain", headers=agent.headers)
    assert with_type.status_code == 415


def test_a_client_that_contradicts_itself_is_told_so(agent: Agent) -> None:
    contradictions: tuple[dict[str, Any], ...] = ({"Mcp-Method": "tools/call"}, {"Mcp-Protocol-Version": "2099-01-01"})
    for headers in contradictions:
        said = agent.request("tools/list", **headers)
        assert (said.status, said.error["code"]) == (400, -32020)
    named: dict[str, Any] = {"name": "leader_whoami", "arguments": {}}
    elsewhere: dict[str, Any] = {"Mcp-Name": "leader_create_deal"}
    assert agent.request("tools/call", dict(named), **elsewhere).error["code"] == -32020
    bare = agent.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, **{"Mcp-Protocol-Version": MODERN})
    assert (bare.status, bare.error["code"]) == (400, -32602)
    future = {"jsonrpc": "2.0", "method": "notifications/cancelled"}
    assert agent.send(future, **{"Mcp-Protocol-Version": "2099-01-01"}).status == 400
    assert agent.send(future, **{"Mcp-Protocol-Version": MODERN}).status == 202


def test_unknown_methods_and_tools_are_the_protocols_errors(agent: Agent) -> None:
    said = agent.request("nothing/here")
    assert (said.status, said.error["code"]) == (404, -32601)
    old = Agent(version="2025-11-25")
    old.headers = agent.headers
    assert (old.request("nothing/here").status, old.request("nothing/here").error["code"]) == (200, -32601)
    said = agent.request("tools/call", {"name": "leader_nothing", "arguments": {}})
    assert said.error == {"code": -32602, "message": "Unknown tool: leader_nothing"}
    said = agent.request("tools/call", {"name": "leader_whoami", "arguments": []})
    assert said.error["code"] == -32602


def test_unknown_arguments_are_refused_by_name(agent: Agent) -> None:
    refusal = agent.refusal("leader_search_contacts", serach="x")
    assert refusal["code"] == "unknown_argument"
    assert "search" in refusal["errors"]["serach"][0]
    assert refusal["retryable"] is False


def test_whoami_says_what_an_agent_needs_first(agent: Agent, alfa: TestTenant) -> None:
    told = agent.call("leader_whoami")
    assert told["user"]["id"] == alfa.users["admin"]
    assert told["tenant"] == {"id": alfa.row.pk, "name": "Alfa"}
    assert {person["id"] for person in told["team"]} == set(alfa.users.values())
    assert told["timezone"] == "America/Mexico_City"


def test_a_list_that_was_made_before_is_of_the_same_token_door_and_revision(alfa: TestTenant) -> None:
    def listed(token: str, path: str, version: str) -> Any:
        return Agent(token, path, version=version).request("tools/list").body

    limited = make_token(alfa.users["admin"], abilities=["crm:read"])[1]
    asked = [
        (token, path, version)
        for token in (alfa.tokens["admin"], limited)
        for path in ("/mcp", "/mcp/readonly", "/mcp?toolsets=contracts")
        for version in (MODERN, *LEGACY)
    ]
    made = []
    for question in asked:
        listing._kept.clear()
        made.append(listed(*question))
    assert [listed(*question) for _again in range(2) for question in asked] == made * 2
    assert len({*made}) > 6
    wrong: dict[str, Any]
    for wrong in ({"cursor": 7}, {"_meta": []}):
        assert Agent(alfa.tokens["admin"], version="2025-11-25").request("tools/list", wrong).error["code"] == -32602


def test_limits_are_told_as_a_client_expects_them(agent: Agent) -> None:
    said = agent.request("tools/list")
    assert said.headers["Cache-Control"] == "no-store, private"
    assert orjson.loads(said.body)["result"]["cacheScope"] == "private"
