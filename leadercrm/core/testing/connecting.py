"""A client of the authorization server, in-process: it registers, asks, redeems, refreshes and revokes."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
from django.test import Client

from leadercrm.core.testing.browser import Browser, Page
from leadercrm.core.testing.tenants import unbound

CALLBACK = "http://127.0.0.1:33418/callback"
RESOURCE = "http://testserver/mcp"
SCOPES = "crm:read crm:write billing:write send admin"


def challenge_of(verifier: str) -> str:
    """What is shown of a PKCE verifier beforehand."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Connecting:
    """A public client with a verifier of its own for each question."""

    client_id: str = ""
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def register(self, **metadata: Any) -> Any:
        """Introduce oneself; what came back, as JSON."""
        body = {
            "client_name": "Asistente", "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", **metadata,
        }  # fmt: skip
        answer = self.send("/oauth/register", orjson.dumps(body), "application/json")
        if answer.status_code == 201:
            self.client_id = answer.json()["client_id"]
        return answer

    def address(self, **changes: Any) -> str:
        """Where somebody is sent to consent. None leaves a parameter out."""
        asked: dict[str, Any] = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": CALLBACK, "scope": SCOPES,
            "state": "nada", "code_challenge": challenge_of(self.verifier), "code_challenge_method": "S256",
            "resource": RESOURCE, **changes,
        }  # fmt: skip
        return "/connect?" + urlencode({name: value for name, value in asked.items() if value is not None}, doseq=True)

    def consent(self, browser: Browser, *, scopes: list[str] | None = None, allow: bool = True, **changes: Any) -> Any:
        """Let somebody answer on the page; the parameters that they are sent back with."""
        address = self.address(**changes)
        page = browser.get(address)
        assert page.status_code == 200, (page.status_code, page.content[-800:])
        ticked = [Page(page.content.decode()).fields.get("scopes", "")] if scopes is None else scopes
        answer = browser.post(address, {"scopes": ticked, "allow" if allow else "deny": "1"})
        assert answer.status_code == 303, (answer.status_code, answer.content[-800:])
        return back(answer)

    def redeem(self, code: str, **changes: Any) -> Any:
        """Exchange a code for a token."""
        asked = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": self.client_id,
            "code_verifier": self.verifier, "resource": RESOURCE, **changes,
        }  # fmt: skip
        return self.post("/oauth/token", asked)

    def refresh(self, token: str, **changes: Any) -> Any:
        asked = {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id, **changes}
        return self.post("/oauth/token", asked)

    def revoke(self, token: str) -> Any:
        return self.post("/oauth/revoke", {"token": token, "client_id": self.client_id})

    def post(self, path: str, values: dict[str, Any]) -> Any:
        given = {name: value for name, value in values.items() if value is not None}
        return self.send(path, urlencode(given, doseq=True).encode(), "application/x-www-form-urlencoded")

    def send(self, path: str, body: bytes, content_type: str) -> Any:
        with unbound():
            answer = Client(raise_request_exception=False).post(path, body, content_type=content_type)
        assert answer.status_code < 500 or answer.status_code == 503, (path, answer.content)
        return answer


def back(answer: Any) -> dict[str, str]:
    """The parameters of an answer that sends somebody back to the client."""
    where = urlsplit(answer["Location"])
    assert answer["Location"].startswith(CALLBACK), answer["Location"]
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def connected(client: Connecting, browser: Browser, **consent: Any) -> Any:
    """What the client is given by the user's consent."""
    answer = client.redeem(client.consent(browser, **consent)["code"])
    assert answer.status_code == 200, answer.content
    return answer.json()
