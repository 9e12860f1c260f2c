"""The whole way with the official SDK's own client, over a server of its own: nobody copies a token anywhere."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import pytest
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult

from leadercrm.core.testing.browser import Page
from leadercrm.core.testing.connecting import CALLBACK
from leadercrm.core.testing.processes import WebServer, copied_database
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, make_tenant


class Memory:
    """Where the client keeps what it was given (mcp.client.auth.TokenStorage)."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Person:
    """Somebody at a browser, who logs in and lets the client in, but for the rights of an administrator."""

    def __init__(self, base: str, email: str) -> None:
        self.browser, self.email = httpx.Client(base_url=base, follow_redirects=False), email
        self.asked = 0
        self.gives = ["crm:write", "send"]
        self.answer: dict[str, str] = {}
        self.read: list[str] = []

    async def sent(self, address: str) -> None:
        self.asked += 1
        page = self.browser.get(address)
        if page.status_code == 302:
            self._log_in(page.headers["Location"])
            page = self.browser.get(address)
        assert page.status_code == 200, page.text
        fields = Page(page.text).fields
        values = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "scopes": self.gives, "allow": "1"}
        answered = self.browser.post(address, data=values, headers={"Referer": address})
        assert answered.status_code == 303, answered.text
        where = urlsplit(answered.headers["Location"])
        self.answer = {name: values[0] for name, values in parse_qs(where.query).items()}

    def _log_in(self, address: str) -> None:
        fields = Page(self.browser.get(address).text).fields
        values = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"], "email": self.email, "password": PASSWORD}
        assert self.browser.post(address, data=values).status_code == 303

    async def agrees(self, context: Any, params: Any) -> ElicitResult:
        """What the client asks in between."""
        self.read.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    async def comes_back(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult.model_validate(self.answer)


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        yield make_tenant("Conecta")


@pytest.fixture
def base(tenant: TestTenant) -> Iterator[str]:
    server = WebServer()
    server.start()
    yield f"http://127.0.0.1:{server.port}"
    server.kill()


async def called(base: str, memory: Memory, person: Person, mode: Any, name: str, **arguments: Any) -> Any:
    """Call a tool as a client does that knows the server's address, and nothing else."""
    wanted = OAuthClientMetadata(client_name="Asistente", redirect_uris=[CALLBACK])  # type: ignore[list-item]
    provider = OAuthClientProvider(f"{base}/mcp", wanted, memory, person.sent, person.comes_back)
    async with create_mcp_http_client(auth=provider) as http:
        transport: Any = streamable_http_client(f"{base}/mcp", http_client=http)
        async with Client(transport, mode=mode, elicitation_callback=person.agrees) as client:
            return await client.call_tool(name, arguments)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_from_an_address_to_a_tool_and_back_out(base: str, tenant: TestTenant, mode: Any) -> None:
    """401, RFC 9728, RFC 8414, registration, consent, token, tool; more rights, a question; refreshed, revoked."""
    memory, person = Memory(), Person(base, "admin@conecta.example.com")

    def call(name: str, **arguments: Any) -> Any:
        return asyncio.run(called(base, memory, person, mode, name, **arguments))

    told = call("leader_whoami").structured_content
    assert (told["tenant"]["name"], told["token"]["agent"]) == ("Conecta", "Asistente")
    assert told["token"]["scopes"] == ["crm:read", "crm:write", "send"]
    assert person.asked == 1
    assert memory.tokens is not None
    assert memory.client is not None
    assert memory.tokens.scope == "crm:read crm:write send"
    emails = [{"email": "ana@cliente.mx"}]
    made = call("leader_create_contact", first_name="Ana", emails=emails).structured_content["contact"]
    items = [{"description": "A", "quantity": 1, "unit_price": 1}]
    with pytest.raises(BaseExceptionGroup) as refused:
        call("leader_create_quote", contact_id=made["id"], items=items)
    assert refused.group_contains(MCPError, match="billing:write")
    assert person.asked == 2, "asked for more, and not given"
    person.gives.append("billing:write")
    quote = call("leader_create_quote", contact_id=made["id"], items=items).structured_content["quote"]
    assert (person.asked, memory.tokens.scope) == (3, "crm:read crm:write billing:write send")
    sent = call("leader_send_quote", quote_id=quote["id"])
    if mode == "auto":
        assert (sent.structured_content["quote"]["status"], len(person.read)) == ("sent", 1)
        assert "ana@cliente.mx" in person.read[0]
    else:
        assert (sent.is_error, person.read) == (True, []), "no way to ask: confirm: true is wanted as before"
    first = memory.tokens
    with httpx.Client(base_url=base) as http:
        about = {"client_id": memory.client.client_id, "client_secret": memory.client.client_secret or ""}
        asked = {"grant_type": "refresh_token", "refresh_token": first.refresh_token, **about}
        memory.tokens = OAuthToken.model_validate(http.post("/oauth/token", data=asked).json())
        assert memory.tokens.access_token != first.access_token
        assert call("leader_whoami").structured_content["token"]["agent"] == "Asistente"
        assert person.asked == 3
        assert http.post("/oauth/revoke", data={"token": memory.tokens.access_token, **about}).status_code == 200
    assert call("leader_whoami").structured_content["tenant"]["name"] == "Conecta"
    assert person.asked == 4, "a connection that has ended is asked for anew"
