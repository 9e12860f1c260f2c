"""What a connection may: more by its user's word alone, and less from the moment that it is taken away."""

from dataclasses import replace

import pytest

from leadercrm.accounts.actions.tokens import change_token
from leadercrm.core.testing.agents import MODERN, Agent
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.connecting import Connecting, connected
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.oauth.actions.connections import renew_connection
from leadercrm.oauth.models import RefreshToken
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken, TokenKind


@pytest.mark.parametrize("version", [MODERN, "2025-11-25"])
def test_what_it_lacks_is_refused_so_that_the_client_asks_for_more(
    client: Connecting, browser: Browser, version: str
) -> None:
    token = connected(client, browser, scopes=["crm:write"])["access_token"]
    agent, quote = Agent(token, version=version), {"contact_id": 1, "items": []}
    with untouched():
        refused = agent.request("tools/call", {"name": "leader_create_quote", "arguments": quote})
    assert (refused.status, refused.error["data"]["scope"], refused.json["id"]) == (403, "billing:write", 1)
    metadata = "http://testserver/.well-known/oauth-protected-resource/mcp"
    assert refused.headers["WWW-Authenticate"] == (
        f'Bearer error="insufficient_scope", resource_metadata="{metadata}", scope="crm:read crm:write billing:write"'
    )
    again = agent.request("tools/call", {"name": "leader_whoami", "arguments": {}})
    assert (again.status, "WWW-Authenticate" in again.headers) == (200, False)


def test_control_a_token_that_was_made_by_hand_is_told_by_the_tool(alfa: TestTenant) -> None:
    """Nobody can give its program more: the model tells its user."""
    agent = Agent(make_token(alfa.users["admin"], abilities=["crm:read"])[1])
    said = agent.request("tools/call", {"name": "leader_create_contact", "arguments": {"first_name": "A"}})
    assert (said.status, said.result["isError"], "WWW-Authenticate" in said.headers) == (200, True, False)
    assert agent.refusal("leader_create_contact", first_name="A")["code"] == "insufficient_scope"


def test_what_was_taken_from_it_is_not_refreshed(client: Connecting, browser: Browser, alfa: TestTenant) -> None:
    given = connected(client, browser, scopes=["crm:write", "send"])
    row = AccessToken.objects.get(kind=TokenKind.OAUTH)
    values = {"scopes": ["crm:write"], "expires_in_days": 1}
    ends = change_token(row, values, actor=alfa.actor(via="page")).expires_at
    assert "leader_send_quote" not in Agent(given["access_token"]).tools()
    renewed = client.refresh(given["refresh_token"])
    row.refresh_from_db()
    assert (renewed.status_code, row.abilities, row.expires_at) == (200, ["crm:read", "crm:write"], ends)


def test_a_refresh_that_began_before_gives_nothing_back(client: Connecting, browser: Browser, alfa: TestTenant) -> None:
    """What was read when it was asked for is old by then: the row says what the connection may."""
    connected(client, browser, scopes=["crm:write", "send"])
    used, row = RefreshToken.objects.select_related("token").get(), AccessToken.objects.get(kind=TokenKind.OAUTH)
    change_token(row, {"scopes": ["crm:write"]}, actor=alfa.actor(via="page"))
    renew_connection(used, scopes=used.token.abilities, refresh="x", actor=replace(alfa.actor(), is_agent=True))
    row.refresh_from_db()
    assert row.abilities == ["crm:read", "crm:write"]
