"""The pages behind mailed links, as a browser without scripts uses them."""

import re
from typing import Any

import pytest
from django.test import Client

from leadercrm.accounts.actions.invitations import INVITATION
from leadercrm.accounts.actions.passwords import RESET
from leadercrm.accounts.models import User
from leadercrm.core.api import throttling
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.tenancy.links import link_token

CHOSEN = {"password": "correcta-9", "password_confirmation": "correcta-9"}
FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """Reads a page and sends its form, protection included."""

    def __init__(self, language: str = "es") -> None:
        self.client = Client(enforce_csrf_checks=True, headers={"Accept-Language": language})

    def get(self, path: str) -> Any:
        with unbound():
            return self.client.get(path)

    def send(self, path: str, **values: Any) -> Any:
        found = FIELD.search(self.get(path).content.decode())
        assert found
        with unbound():
            return self.client.post(path, {"csrfmiddlewaretoken": found[1], **values})


@pytest.fixture
def invitation(api: Api) -> str:
    made = api.post("/users/invitations", {"email": "nueva@empresa.mx", "name": "<b>Ana", "role": "sales"}).data
    return f"/invitation/{link_token(INVITATION, made['id'])}"


@pytest.fixture
def reset(alfa: TestTenant) -> str:
    Api().post("/auth/forgot-password", {"email": "sales@alfa.example.com"})
    return f"/reset-password/{link_token(RESET, alfa.users['sales'])}"


def log_in(email: str) -> int:
    return Api().post("/auth/login", {"email": email, "password": CHOSEN["password"]}).status


def test_invitation_is_accepted(invitation: str) -> None:
    browser = Browser()
    page = browser.get(invitation).content.decode()
    assert "Alfa" in page
    assert "nueva@empresa.mx" in page
    assert 'value="&lt;b&gt;Ana"' in page
    done = browser.send(invitation, name="Ana", **CHOSEN)
    assert (done.status_code, "nueva@empresa.mx" in done.content.decode()) == (200, True)
    assert FIELD.search(done.content.decode()) is None
    user = User.objects.get(email="nueva@empresa.mx")
    assert (user.name, user.role, log_in(user.email)) == ("Ana", "sales", 200)
    assert AuditEntry.objects.get(action="user.joined").via == "page"
    assert browser.get(invitation).status_code == 404


def test_password_is_set(reset: str, sales: Api) -> None:
    browser = Browser()
    assert browser.send(reset, **CHOSEN).status_code == 200
    assert (log_in("sales@alfa.example.com"), sales.get("/auth/me").status) == (200, 401)
    assert browser.get(reset).status_code == 404


@pytest.mark.parametrize(("language", "text"), [("es", "Al menos 8 caracteres."), ("en", "At least 8 characters.")])
def test_languages(reset: str, language: str, text: str) -> None:
    page = Browser(language).get(reset).content.decode()
    assert text in page
    assert f'<html lang="{language}' in page


@pytest.mark.parametrize(
    "values",
    [
        {"password": "short", "password_confirmation": "short"}, {"password": "correcta-9"}, {},
        {"password": "correcta-9", "password_confirmation": "otra-cosa-9"},
        {"password": "a\0bcdefgh", "password_confirmation": "a\0bcdefgh"},
        {"password": "x" * 129, "password_confirmation": "x" * 129},
    ],
)  # fmt: skip
def test_refused_input_is_told_beside_its_field(reset: str, invitation: str, values: dict[str, str]) -> None:
    with untouched():
        for path in (reset, invitation):
            answer = Browser().send(path, name="Ana", **values)
            assert answer.status_code == 422
            assert 'aria-invalid="true"' in answer.content.decode()
            assert 'class="invalid-feedback' in answer.content.decode()
            assert "correcta-9" not in answer.content.decode()


def test_without_the_form_s_protection_nothing_happens(reset: str, invitation: str) -> None:
    with untouched():
        for path in (reset, invitation):
            browser = Browser()
            browser.get(path)
            with unbound():
                assert browser.client.post(path, {"name": "Ana", **CHOSEN}).status_code == 403


@pytest.mark.parametrize("path", ["/invitation", "/reset-password"])
@pytest.mark.parametrize("token", ["1", "1-" + "0" * 64, "%00", "%FF", "x" * 3000, "1-" + "٣" * 64])
def test_nonsensical_links(alfa: TestTenant, path: str, token: str) -> None:
    with untouched():
        assert Browser().get(f"{path}/{token}").status_code == 404


def test_address_taken_meanwhile(invitation: str, anonymous: Api) -> None:
    registration = {"name": "A", "email": "nueva@empresa.mx", "tenant_name": "B", **CHOSEN}
    assert anonymous.post("/auth/register", registration).status == 201
    with untouched():
        answer = Browser().send(invitation, name="Ana", **CHOSEN)
    assert answer.status_code == 422


def test_headers(reset: str) -> None:
    for path in (reset, "/reset-password/1"):
        headers = Browser().get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store, private", "same-origin")
        assert headers["X-Frame-Options"] == "DENY"
    cookie = Browser().get(reset).cookies["csrftoken"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")


def test_a_look_uses_nothing_up(reset: str) -> None:
    with untouched():
        for _number in range(2):
            assert Browser().get(reset).status_code == 200


@pytest.mark.limits
def test_guesses_are_limited(alfa: TestTenant) -> None:

    throttling.redis_client().delete("limit:link:10.77.0.1")
    with unbound():
        client = Client(REMOTE_ADDR="10.77.0.1")
        statuses = [client.get("/invitation/1").status_code for _number in range(21)]
    assert statuses == [404] * 20 + [429]
    throttling.redis_client().delete("limit:link:10.77.0.1")
