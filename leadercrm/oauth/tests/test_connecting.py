"""From a client that introduces itself to a connection that ends: what holds, and what does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.accounts.actions.users import deactivate_user
from leadercrm.accounts.models import User
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.connecting import CALLBACK, Connecting, back, connected
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.token_scopes import TokenScope
from leadercrm.mcp.registry import TOOLS
from leadercrm.oauth.models import Client, Grant, RefreshToken, digest
from leadercrm.tenancy.models import AccessToken, TokenKind


def test_a_consent_becomes_a_connection(client: Connecting, browser: Browser, alfa: TestTenant, api: Api) -> None:
    told = client.consent(browser, scopes=["crm:write", "send"])
    assert (told["state"], told["iss"]) == ("nada", "http://testserver")
    assert not Grant.objects.filter(code=digest(told["code"])).exists(), "a code is kept by its hash"
    given = client.redeem(told["code"]).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    assert given["scope"] == "crm:read crm:write send"
    agent = Agent(given["access_token"])
    assert agent.call("leader_whoami")["token"] == {"scopes": ["crm:read", "crm:write", "send"], "agent": "Asistente"}
    assert "leader_create_quote" not in agent.tools()
    agent.call("leader_create_contact", first_name="Ana")
    entry = AuditEntry.objects.get(action="contact.created")
    assert (entry.user_id, entry.via) == (alfa.users["admin"], "mcp")
    row = AccessToken.objects.get(kind=TokenKind.OAUTH)
    assert (row.name, row.agent_name, row.resource) == ("Asistente", "Asistente", "http://testserver/mcp")
    assert given["access_token"].partition("|")[2] not in str(vars(row))
    assert RefreshToken.objects.get().secret_hash == digest(given["refresh_token"])
    listed = {token["id"]: token for token in api.get("/auth/tokens").data}[row.pk]
    assert (listed["kind"], listed["scopes"]) == ("oauth", ["crm:read", "crm:write", "send"])


def test_its_token_is_for_the_agents_door_alone(client: Connecting, browser: Browser) -> None:
    token = connected(client, browser)["access_token"]
    assert Api(token).get("/contacts").status == 401
    assert Agent(token, "/mcp/readonly").request("tools/list").status == 401
    assert Agent(token, "/mcp").request("tools/list").status == 200
    refused = Agent(token, "/mcp", Host="localhost").request("tools/list")
    assert (refused.status, refused.json["code"]) == (401, "unauthenticated")
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    only = "http://testserver/mcp/readonly"
    reading = client.redeem(client.consent(browser, resource=only)["code"], resource=None).json()["access_token"]
    assert Agent(reading, "/mcp/readonly").request("tools/list").status == 200
    assert Agent(reading, "/mcp").request("tools/list").status == 401


@pytest.mark.parametrize(
    "resource",
    ["https://evil.example/mcp", "http://testserver/api", "http://testserver/mcp/", "x", ["http://testserver/mcp"] * 2],
)
def test_other_resources_are_refused(client: Connecting, browser: Browser, resource: Any) -> None:
    with untouched():
        assert back(browser.get(client.address(resource=resource)))["error"] == "invalid_target"
    code = client.consent(browser)["code"]
    assert client.redeem(code, resource="http://testserver/mcp/readonly").json()["error"] == "invalid_target"
    assert not AccessToken.objects.filter(kind=TokenKind.OAUTH).exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None}, {"code_challenge_method": None}, {"code_challenge_method": "plain"},
        {"code_challenge": "corto"}, {"code_challenge": None, "code_challenge_method": None},
    ],
)  # fmt: skip
def test_there_is_no_code_without_a_hashed_challenge(client: Connecting, browser: Browser, changes: Any) -> None:
    with untouched():
        told = back(browser.get(client.address(**changes)))
        assert (told["error"], told["state"]) == ("invalid_request", "nada")
        assert back(browser.post(client.address(**changes), {"allow": "1"}))["error"] == "invalid_request"


@pytest.mark.parametrize("kind", ["token", "id_token", "code token", None])
def test_other_flows_are_not_there(client: Connecting, browser: Browser, kind: Any) -> None:
    with untouched():
        assert back(browser.get(client.address(response_type=kind)))["error"] in (
            "unsupported_response_type", "unauthorized_client", "invalid_request",
        )  # fmt: skip
        for grant_type in ("password", "client_credentials", "implicit", "x", None):
            body = {"grant_type": grant_type, "client_id": client.client_id, "username": "a", "password": "b"}
            assert client.post("/oauth/token", body).status_code in (400, 401)


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nadie"}, {"client_id": None}, {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:33418/other"}, {"redirect_uri": "javascript:alert(1)"},
        {"client_id": "https://127.0.0.1/client.json"}, {"client_id": "a\x00b"},
    ],
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    client: Connecting, browser: Browser, changes: Any
) -> None:
    with untouched():
        for answer in (browser.get(client.address(**changes)), browser.post(client.address(**changes), {"allow": 1})):
            assert answer.status_code in (400, 422)
            assert "Location" not in answer


def test_a_port_of_this_machine_may_be_any(client: Connecting, browser: Browser) -> None:
    other = CALLBACK.replace("33418", "40000")
    browser.get(client.address(redirect_uri=other))
    answer = browser.post(client.address(redirect_uri=other), {"allow": "1"})
    assert answer["Location"].startswith(other)


def test_whoever_declines_sends_the_client_back_with_nothing(client: Connecting, browser: Browser) -> None:
    with untouched():
        assert client.consent(browser, allow=False)["error"] == "access_denied"


def test_visitors_log_in_first_and_other_sites_cannot_answer(client: Connecting, alfa: TestTenant) -> None:
    answer = Browser().get(client.address())
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=%2Fconnect%3F")
    careless = Browser()
    careless.log_in("admin@alfa.example.com", site="/")
    careless.token = ""
    with untouched():
        assert careless.post(client.address(), {"allow": "1"}).status_code == 403


def test_the_page_says_who_asks_where_and_for_what(client: Connecting, browser: Browser) -> None:
    Client.objects.update(name="<b>Banco</b>\u202e")
    page = browser.get(client.address(scope="crm:write admin offline_access"), headers={"Accept-Language": "es"})
    text = page.content.decode()
    assert "&lt;b&gt;Banco&lt;/b&gt;" in text
    assert "\u202e" not in text
    assert "Alfa" in text
    assert 'value="crm:write" checked' in text
    assert 'value="admin"' in text
    assert 'value="admin" checked' not in text
    assert 'value="send"' not in text
    assert "form-action 'self' http://127.0.0.1:33418" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_nobody_gives_more_than_was_asked_for(client: Connecting, browser: Browser) -> None:
    told = connected(client, browser, scope="crm:write", scopes=["crm:write", "admin", "send", "fly"])
    assert told["scope"] == "crm:read crm:write"
    all_of_them = connected(client, browser, scope=None, scopes=["send"])
    assert all_of_them["scope"] == "crm:read send"


def test_a_code_is_for_once_and_for_its_client(client: Connecting, browser: Browser) -> None:
    other = Connecting()
    other.register()
    code = client.consent(browser)["code"]
    wrong: list[dict[str, Any]] = [
        {"client_id": other.client_id}, {"code_verifier": "x" * 43}, {"code_verifier": None}, {"code": "x" * 30},
        {"redirect_uri": "http://127.0.0.1:33418/other"}, {"client_id": "nadie"},
        {"code": "a\x00b"}, {"code_verifier": client.verifier, "code": None},
    ]  # fmt: skip
    for changes in wrong:
        with untouched():
            assert client.redeem(**{"code": code, **changes}).status_code in (400, 401), changes
    assert client.redeem(code).status_code == 200
    with untouched():
        assert client.redeem(code).json()["error"] == "invalid_grant"
    late = client.consent(browser)["code"]
    Grant.objects.update(expires=timezone.now())
    with untouched():
        assert client.redeem(late).json()["error"] == "invalid_grant"


def test_refreshing_changes_both_tokens_and_keeps_the_connection(client: Connecting, browser: Browser) -> None:
    first = connected(client, browser, scopes=["crm:write", "send"])
    row = AccessToken.objects.get(kind=TokenKind.OAUTH)
    second = client.refresh(first["refresh_token"]).json()
    assert AccessToken.objects.get(kind=TokenKind.OAUTH).pk == row.pk
    assert second["scope"] == first["scope"]
    assert Agent(first["access_token"]).request("tools/list").status == 401
    assert Agent(second["access_token"]).request("tools/list").status == 200
    AccessToken.objects.filter(pk=row.pk).update(secret_ends_at=timezone.now())
    assert Agent(second["access_token"]).request("tools/list").status == 401
    third = client.refresh(second["refresh_token"], scope="crm:write").json()
    assert third["scope"] == "crm:read crm:write"
    assert "leader_send_quote" not in Agent(third["access_token"]).tools()
    assert "leader_send_quote" in TOOLS
    with untouched():
        assert client.refresh(third["refresh_token"], scope="admin").json()["error"] == "invalid_scope"


def test_a_refresh_token_that_comes_twice_ends_the_connection(client: Connecting, browser: Browser) -> None:
    first = connected(client, browser)
    second = client.refresh(first["refresh_token"]).json()
    assert client.refresh(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert Agent(second["access_token"]).request("tools/list").status == 401
    assert client.refresh(second["refresh_token"]).json()["error"] == "invalid_grant"
    entry = AuditEntry.objects.get(action="token.revoked")
    assert (entry.actor_kind, entry.changes["reason"]) == ("system", "refresh token used twice")


def test_another_clients_refresh_token_is_nothing(client: Connecting, browser: Browser) -> None:
    other = Connecting()
    other.register()
    given = connected(client, browser)
    with untouched():
        assert other.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
        assert other.revoke(given["refresh_token"]).status_code == 200
        assert other.revoke(given["access_token"]).status_code == 200
        assert client.revoke("nada").status_code == 200
    assert Agent(given["access_token"]).request("tools/list").status == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_client_ends_its_connection_by_either_token(client: Connecting, browser: Browser, which: str) -> None:
    given = connected(client, browser)
    assert client.revoke(given[which]).status_code == 200
    assert Agent(given["access_token"]).request("tools/list").status == 401
    assert client.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"


def test_it_is_listed_and_ended_in_the_settings(client: Connecting, browser: Browser) -> None:
    given = connected(client, browser)
    row = AccessToken.objects.get(kind=TokenKind.OAUTH)
    AccessToken.objects.filter(pk=row.pk).update(secret_ends_at=timezone.now() - timedelta(hours=1))
    assert "Asistente" in browser.get("/settings/tokens").content.decode()
    assert browser.post(f"/settings/tokens/{row.pk}/revoke").status_code == 303
    with untouched():
        assert client.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
    assert "Asistente" not in browser.get("/settings/tokens").content.decode()


def test_who_has_left_is_not_worked_for_any_more(client: Connecting, alfa: TestTenant) -> None:
    seller = Browser()
    seller.log_in("sales@alfa.example.com", site="/")
    given, code = connected(client, seller), client.consent(seller)["code"]
    deactivate_user(User.objects.get(pk=alfa.users["sales"]), actor=alfa.actor())
    assert Agent(given["access_token"]).request("tools/list").status == 401
    with untouched():
        assert client.refresh(given["refresh_token"]).json()["error"] == "invalid_grant"
        assert client.redeem(code).json()["error"] == "invalid_grant"


def test_roles_hold_for_connections(client: Connecting, alfa: TestTenant) -> None:
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    agent = Agent(connected(client, viewer, scopes=list(TokenScope))["access_token"])
    with untouched():
        assert agent.refusal("leader_create_contact", first_name="Ana")["code"] == "forbidden"


def test_a_confidential_client_shows_its_secret(browser: Browser) -> None:
    client = Connecting()
    made = client.register(token_endpoint_auth_method="client_secret_post").json()
    assert Client.objects.get().client_secret.startswith("argon2")
    code = client.consent(browser)["code"]
    with untouched():
        assert client.redeem(code).status_code == 401
        assert client.redeem(code, client_secret="x").status_code == 401
    assert client.redeem(code, client_secret=made["client_secret"]).status_code == 200
