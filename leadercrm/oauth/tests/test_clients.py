"""How clients introduce themselves: by registration, or by an address where a document says who they are."""

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider import cimd

from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.connecting import CALLBACK, Connecting
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.oauth.models import Client, Grant, RefreshToken
from leadercrm.oauth.tasks import tidy
from leadercrm.tenancy.models import AccessToken, TokenKind

DOCUMENT = "https://asistente.example/client.json"
PUBLIC = "93.184.216.34"


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    at_home = Browser()
    at_home.log_in("admin@alfa.example.com", site="/")
    return at_home


@pytest.fixture(autouse=True)
def _forgetful(settings: Any) -> None:
    """What failed is not asked again for a minute: each test has its own memory of that."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": object()}}


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"redirect_uris": []}, "invalid_client_metadata"), ({"redirect_uris": "x"}, "invalid_client_metadata"),
        *(
            ({"redirect_uris": [address]}, "invalid_redirect_uri")
            for address in (
                "http://evil.example/cb", "javascript:alert(1)", "data:text/html,x", "https://", "https://a/#x",
                "https://u:p@a.example/cb", "file:///etc/passwd", "x", "http://127.0.0.1.evil.example/cb",
            )
        ),
        ({"redirect_uris": [CALLBACK, "http://evil.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [CALLBACK] * 21}, "invalid_redirect_uri"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"), ({"client_name": 7}, "invalid_client_metadata"),
        ({"client_name": "ñ" * 256}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
    ],
)  # fmt: skip
def test_refused_registrations(alfa: TestTenant, metadata: dict[str, Any], error: str) -> None:
    with untouched():
        answer = Connecting().register(**metadata)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
def test_nonsense_is_refused(alfa: TestTenant, body: bytes) -> None:
    with untouched():
        assert Connecting().send("/oauth/register", body, "application/json").status_code == 400
        assert Connecting().send("/oauth/token", body, "application/json").status_code in (400, 401)
        assert Connecting().send("/oauth/revoke", body, "application/json").status_code in (400, 401)


@pytest.mark.parametrize(
    "address",
    ["https://claude.ai/api/mcp/auth_callback", "cursor://anysphere.cursor-retrieval/oauth/cb", "com.example.app:/cb"],
)
def test_programs_and_pages_may_be_sent_to(alfa: TestTenant, address: str) -> None:
    assert Connecting().register(redirect_uris=[address]).status_code == 201


@pytest.mark.limits
def test_registrations_are_limited_by_address(alfa: TestTenant) -> None:
    answers = [Connecting().register() for _number in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1].json()["error"] == "temporarily_unavailable"


def test_metadata_is_found_where_clients_look(anonymous: Api) -> None:
    answer = anonymous.client.get("/.well-known/oauth-authorization-server")
    told = answer.json()
    assert told["issuer"] == "http://testserver"
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["client_id_metadata_document_supported"]
    assert answer["Access-Control-Allow-Origin"] == "*"
    for place in ("", "/mcp", "/mcp/readonly"):
        resource = anonymous.client.get(f"/.well-known/oauth-protected-resource{place}").json()
        assert resource["authorization_servers"] == ["http://testserver"]
        assert resource["resource"] == f"http://testserver{place or '/mcp'}"
    for address in ("/oauth/token", "/oauth/register"):
        preflight = anonymous.client.options(address)
        assert (preflight.status_code, preflight["Access-Control-Allow-Origin"]) == (204, "*")
        assert anonymous.client.get(address).status_code == 405


class Documents:
    """Stands for the fetch itself, behind the guard."""

    said: dict[str, Any] = {}

    def fetch(self, client_id: str) -> tuple[dict[str, Any], int]:
        return {"client_id": client_id, "redirect_uris": [CALLBACK], "client_name": "Asistente", **self.said}, 300


def test_a_client_is_who_its_address_says(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cimd.oauth2_settings, "CIMD_METADATA_FETCHER", Documents)
    client = Connecting(DOCUMENT)
    page = browser.get(client.address()).content.decode()
    assert "asistente.example" in page
    row = Client.objects.get()
    assert (row.is_verified, row.client_id) == (True, DOCUMENT)
    assert client.redeem(client.consent(browser)["code"]).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"client_id": "https://other.example/client.json"}, {"redirect_uris": ["http://evil.example/cb"]},
        {"redirect_uris": []}, {"client_secret": "x"}, {"token_endpoint_auth_method": "client_secret_post"},
        {"client_name": 7}, {"grant_types": ["password"]},
    ],
)  # fmt: skip
def test_a_document_that_says_something_else_is_none(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    monkeypatch.setattr(cimd.oauth2_settings, "CIMD_METADATA_FETCHER", Documents)
    monkeypatch.setattr(Documents, "said", said)
    with untouched():
        assert browser.get(Connecting(DOCUMENT).address()).status_code == 400


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that a connection is opened to; none of them answers."""
    opened: list[str] = []

    class Pool:
        def __init__(self, host: str, **kwargs: Any) -> None:
            opened.append(host)

        def urlopen(self, *args: Any, **kwargs: Any) -> Any:
            raise cimd.urllib3.exceptions.HTTPError

        def close(self) -> None:
            """Nothing was opened."""

    monkeypatch.setattr(cimd.urllib3, "HTTPSConnectionPool", Pool)
    return opened


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Let each look-up of a name find the next of these answers."""
    waiting = list(answers)

    def look_up(host: str, port: int, **kwargs: Any) -> Any:
        found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(cimd.socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255",
    ],
)  # fmt: skip
def test_no_document_is_fetched_from_inside(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, connections: list[str], address: str
) -> None:
    for found in ([address], [PUBLIC, address]):
        resolving(monkeypatch, found)
        with untouched():
            assert browser.get(Connecting(f"https://{len(found)}.example/c.json").address()).status_code == 400
    assert connections == []


def test_a_name_is_looked_up_once(browser: Browser, monkeypatch: pytest.MonkeyPatch, connections: list[str]) -> None:
    """What it is by the time of the connection (rebinding) is asked of nobody: it goes where it was seen to lead."""
    resolving(monkeypatch, [PUBLIC], ["127.0.0.1"])
    with untouched():
        assert browser.get(Connecting(DOCUMENT).address()).status_code == 400
    assert connections == [PUBLIC]


@pytest.mark.parametrize(
    "client_id",
    [
        "http://asistente.example/c.json", "https://asistente.example", "https://u:p@asistente.example/c.json",
        "https://asistente.example/../c.json", "https://asistente.example/c.json#x", "ftp://asistente.example/c",
        "https://asistente.example:99999/c.json", "https:///c.json", "HTTPS://[::1]/c.json",
    ],
)  # fmt: skip
def test_other_addresses_are_not_fetched(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, connections: list[str], client_id: str
) -> None:
    resolving(monkeypatch, ["127.0.0.1"])
    with untouched():
        assert browser.get(Connecting(client_id).address()).status_code == 400
    assert connections == []


def test_nothing_is_fetched_for_whoever_is_nobody(
    alfa: TestTenant, monkeypatch: pytest.MonkeyPatch, connections: list[str]
) -> None:
    """Only somebody who has logged in, at the consent page, has a document fetched."""
    resolving(monkeypatch, [PUBLIC])
    client = Connecting(DOCUMENT)
    with untouched():
        assert client.redeem("x" * 30).status_code in (400, 401)
        assert client.revoke("x").status_code in (400, 401)
        assert Browser().get(client.address()).status_code == 302
    assert connections == []


def test_what_nobody_uses_is_forgotten(browser: Browser) -> None:
    used, unused, fresh = Connecting(), Connecting(), Connecting()
    for client in (used, unused, fresh):
        client.register()
    assert used.redeem(used.consent(browser)["code"]).status_code == 200
    unused.consent(browser)
    long_ago = timezone.now() - timedelta(days=8)
    Client.objects.exclude(client_id=fresh.client_id).update(created=long_ago)
    Grant.objects.update(expires=timezone.now())
    tidy()
    assert Client.objects.count() == 3, "a code that has just expired keeps its client"
    Grant.objects.update(expires=long_ago)
    tidy()
    assert {client.client_id for client in Client.objects.all()} == {used.client_id, fresh.client_id}
    assert (Grant.objects.count(), RefreshToken.objects.count()) == (0, 1)
    AccessToken.objects.filter(kind=TokenKind.OAUTH).update(revoked_at=timezone.now() - timedelta(days=91))
    tidy()
    assert RefreshToken.objects.count() == 0
