"""Tokens with limits: scopes, addresses and their refusals, at the API's door and at the agents'."""

from importlib import import_module
from typing import Any

import pytest

from crm.actions.contacts import create_contact
from leadercrm.core.actions import ACTIONS
from leadercrm.core.actor import RULES, Actor, Role
from leadercrm.core.errors import InsufficientScope
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.token_scopes import NEEDED, READING_ALONE, TOKENLESS, TokenScope, scope_of, scopes_of
from leadercrm.mcp.registry import TOOLS
from leadercrm.tenancy.models import AccessToken

PATH = "/auth/tokens"
CONTACT = {"first_name": "Ana"}
LINE = {"description": "Asesoría", "quantity": 1, "unit_price": 100}


def limited(api: Api, **limits: Any) -> str:
    """The text of a token with these limits."""
    made = api.post(PATH, {"name": "A", **limits})
    assert made.status == 201, made
    token: str = made.data["token"]
    return token


def test_every_permission_belongs_to_a_scope() -> None:
    """A permission without one would be `admin`'s, and nobody would have decided that."""
    lacking = {name for name in RULES if not name.startswith("crm.no_such")} - NEEDED.keys() - TOKENLESS
    assert not lacking, f"enter them in leadercrm/core/token_scopes.py: {sorted(lacking)}"
    assert not (NEEDED.keys() | TOKENLESS) - RULES.keys(), "scopes of permissions that there are no more"
    assert scope_of("nobody.knows") == TokenScope.ADMIN


def test_what_is_for_people_without_a_login_no_token_may() -> None:
    """Else a token would get by with any of them: they have no scope that anybody decided on."""
    for permission in TOKENLESS:
        assert all(RULES[permission][role] == 0 for role in Role if role != Role.ADMIN), permission


@pytest.mark.parametrize("scope", TokenScope)
def test_an_action_needs_the_scope_of_its_permission(alfa: TestTenant, scope: TokenScope) -> None:
    """All of them, at any door: the check is the action's."""
    import_module("leadercrm.urls")  # whose doors enter the actions
    others = frozenset(TokenScope) - {scope}
    actor = Actor(kind="user", via="mcp", user_id=alfa.users["admin"], role=Role.ADMIN, scopes=others)
    needing = [act for act in ACTIONS.values() if NEEDED.get(act.permission) == scope]  # type: ignore[attr-defined]
    assert needing
    with untouched():
        for act in needing:
            with pytest.raises(InsufficientScope) as refused:
                act(actor=actor)
            assert refused.value.scope == scope


def test_scopes_are_kept_shown_and_hold(api: Api) -> None:
    made = api.post(PATH, {"name": "A", "scopes": ["crm:write"]}).data
    assert (made["scopes"], made["abilities"], made["kind"]) == (["crm:read", "crm:write"], ["read", "write"], "api")
    writer = Api(made["token"])
    contact = writer.post("/contacts", CONTACT).data["id"]
    with untouched():
        refused = writer.post("/quotes", {"contact_id": contact, "items": [LINE]})
    assert (refused.status, refused.json["code"]) == (403, "insufficient_scope")
    assert "billing:write" in refused.json["message"]
    assert "billing:write" in refused.json["hint"]
    reader = Api(limited(api, scopes=["crm:read"]))
    assert reader.get("/quotes").status == 200
    with untouched():
        assert reader.post("/contacts", CONTACT).json["code"] == "insufficient_scope"
    everything = api.post(PATH, {"name": "B"}).data
    assert everything["scopes"] == list(TokenScope)


def test_sending_is_a_scope_of_its_own(api: Api) -> None:
    biller = Api(limited(api, scopes=["crm:write", "billing:write"]))
    contact = biller.post("/contacts", {**CONTACT, "emails": [{"email": "ana@ejemplo.mx"}]}).data["id"]
    quote = biller.post("/quotes", {"contact_id": contact, "items": [LINE]}).data["id"]
    with untouched():
        assert biller.post(f"/quotes/{quote}/send").json["code"] == "insufficient_scope"
    sender = Api(limited(api, scopes=["send"]))
    assert sender.post(f"/quotes/{quote}/send").status == 200
    later = {"title": "Renta", "contact_id": contact, "items": [LINE], "next_on": "2099-01-01", "auto_send": True}
    with untouched():
        assert biller.post("/recurring-invoices", later).json["code"] == "insufficient_scope"
    assert biller.post("/recurring-invoices", {**later, "auto_send": False}).status == 201


def test_the_role_caps_the_token(viewer: Api) -> None:
    """A scope gives nothing that the user has not."""
    token = Api(limited(viewer, scopes=list(TokenScope)))
    with untouched():
        refused = token.post("/contacts", CONTACT)
    assert (refused.status, refused.json["code"]) == (403, "forbidden")


def test_a_token_with_limits_makes_no_tokens(api: Api) -> None:
    limits: tuple[dict[str, Any], ...] = (
        {"scopes": list(TokenScope)}, {"sends_per_day": 1000}, {"amount_per_day": 1000},
        {"addresses": ["127.0.0.1"]}, {"abilities": ["read"]},
    )  # fmt: skip
    tokens = [limited(api, **limit) for limit in limits]
    for token in tokens:
        with untouched():
            assert Api(token).post(PATH, {"name": "B"}).status == 403
    assert Api(tokens[0]).delete(f"{PATH}/{tokens[1].partition('|')[0]}").status == 200


def test_addresses_are_networks_and_hold(api: Api, settings: Any) -> None:
    token = limited(api, addresses=["203.0.113.9/24", "2001:db8::1"])
    listed = api.get(PATH).data[0]
    assert listed["addresses"] == ["203.0.113.0/24", "2001:db8::1/128"]
    with untouched():
        refused = Api(token).get("/contacts")
    assert (refused.status, refused.json["code"]) == (403, "address_not_allowed")
    assert "127.0.0.1" in refused.json["message"]
    kept_out = ("203.0.114.1", "2001:db8::2", "::ffff:203.0.114.1", "unix:", "")
    let_in = ("203.0.113.77", "2001:db8::1", "::ffff:203.0.113.77")
    for address, status in (*((one, 200) for one in let_in), *((one, 403) for one in kept_out)):
        assert Api(token).get("/contacts", environ={"REMOTE_ADDR": address}).status == status, address
    forged = {"X-Forwarded-For": "203.0.113.77"}
    assert Api(token, **forged).get("/contacts").status == 403
    settings.TRUSTED_PROXIES = 1
    assert Api(token, **forged).get("/contacts").status == 200
    assert Agent(token, **{"X-Forwarded-For": "203.0.114.1"}).request("tools/list").status == 403
    assert Agent(token, **forged).tools()


def test_an_agents_token_is_marked_so(api: Api) -> None:
    token = limited(api, agent_name="Cobranza")
    Api(token).post("/contacts", CONTACT)
    assert AuditEntry.objects.get(action="contact.created").label == "Cobranza"
    assert api.get(PATH).data[0]["agent_name"] == "Cobranza"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": []}, "scopes"), ({"scopes": ["fly"]}, "scopes.0"), ({"scopes": "send"}, "scopes"),
        ({"scopes": ["send"], "abilities": ["read"]}, "scopes"), ({"agent_name": "ñ" * 81}, "agent_name"),
        *(({"sends_per_day": sends}, "sends_per_day") for sends in (-1, 1.5, "x", 1_000_001, True)),
        *(({"amount_per_day": amount}, "amount_per_day") for amount in (-1, "x", 10**13, 0.001)),
        *(({"addresses": [address]}, "addresses.0") for address in ("x", "1.2.3", "1.2.3.4/33", "", "::1%eth0/64")),
        ({"addresses": ["::1"] * 51}, "addresses"), ({"addresses": "::1"}, "addresses"),
    ],
)  # fmt: skip
def test_refused_limits(api: Api, body: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.post(PATH, {"name": "A", **body})
    assert (answer.status, set(answer.errors)) == (422, {field})


@pytest.mark.parametrize("scope", [scope for scope in TokenScope if scope != TokenScope.READ])
def test_a_tool_that_the_token_may_not_use_is_not_listed(api: Api, scope: TokenScope) -> None:
    import_module("leadercrm.mcp.tools")  # which enters them
    others = [other for other in TokenScope if other != scope]
    toolsets = "/mcp?toolsets=contracts"
    everything = Agent(limited(api), toolsets)
    agent = Agent(limited(api, scopes=others), toolsets)
    hidden = {name for name, tool in TOOLS.items() if tool.scope == scope}
    assert everything.tools().keys() - agent.tools().keys() == hidden & everything.tools().keys()
    for name in hidden & everything.tools().keys():
        with untouched():
            refused = agent.refusal(name)
        assert (refused["code"], refused["retryable"]) == ("insufficient_scope", False)
        assert scope in refused["message"]
    assert agent.request("tools/call", {"name": "leader_nothing", "arguments": {}}).error["code"] == -32602


def test_what_is_listed_may_be_used(api: Api, alfa: TestTenant) -> None:
    """A tool says the scope that its action asks for: one that asks for another would be listed in vain."""
    create_contact(CONTACT, actor=alfa.actor())
    for scope in TokenScope:
        agent = Agent(limited(api, scopes=[scope]), "/mcp?toolsets=contracts")
        for name in agent.tools():
            if name == "leader_authenticate":
                continue
            said = agent.request("tools/call", {"name": name, "arguments": {}}).result
            assert "insufficient_scope" not in said["content"][0]["text"], (scope, name)


def test_whoami_tells_what_the_token_may(api: Api) -> None:
    limits = {"scopes": ["send"], "sends_per_day": 3, "amount_per_day": 10, "agent_name": "Ana"}
    told = Agent(limited(api, **limits)).call("leader_whoami")["token"]
    assert (told["scopes"], told["agent"]) == (["crm:read", "send"], "Ana")
    assert (told["sends_left_today"], told["amount_left_today"]) == (3, 10)
    assert Agent(limited(api)).call("leader_whoami")["token"]["scopes"] == sorted(TokenScope)


def test_abilities_that_are_stored() -> None:
    assert scopes_of([]) is None
    assert scopes_of(["read"]) == scopes_of(["surprise"]) == READING_ALONE
    assert scopes_of(["send", "surprise"]) == READING_ALONE | {TokenScope.SEND}


def test_unknown_scope_in_the_table_is_reading(api: Api) -> None:
    token = limited(api)
    AccessToken.objects.filter(pk=token.partition("|")[0]).update(abilities=["crm:fly"])
    with untouched():
        assert Api(token).post("/contacts", CONTACT).status == 403
