"""Logging in with a second factor, by page and by API; setting it up and taking it away; forgotten passwords."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.utils import timezone

from leadercrm.accounts.actions.second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    reset_second_factor,
)
from leadercrm.accounts.models import SecondFactor, User
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import Forbidden
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import PASSWORD, TestTenant
from leadercrm.tenancy.models import AccessToken

EMAIL = "admin@alfa.example.com"


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(timezone.now().timestamp()) + 30 * steps)


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in(EMAIL, site="/")
    browser.get("/account")
    return browser


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Set it up on the account's page; returns the secret and the recovery codes."""
    browser.get("/account")
    text = browser.post("/account/factor").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", text)
    assert secret is not None
    refused = browser.post("/account/factor", {"step": "confirm", "secret": secret[1], "code": "000000"})
    assert refused.status_code == 422
    assert not SecondFactor.objects.filter(confirmed_at__isnull=False).exists()
    text = browser.post("/account/factor", {"step": "confirm", "code": code_of(secret[1])}).content.decode()
    return secret[1], re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", text)


def test_who_has_set_it_up_needs_a_code_that_is_taken_once(browser: Browser) -> None:
    secret, recovery = set_up(browser)
    assert len(recovery) == 10
    assert secret not in SecondFactor.objects.get().sealed
    other = Browser()
    asked = other.log_in(EMAIL, site="/")
    assert asked.status_code == 200
    assert 'name="challenge"' in asked.content.decode()
    assert PASSWORD not in asked.content.decode()
    challenge = re.search(r'name="challenge" value="([^"]+)"', asked.content.decode())
    assert challenge is not None
    second = {"email": EMAIL, "challenge": challenge[1]}
    assert other.post("/login", {**second, "code": "123456"}).status_code == 401
    # The code that confirmed it is spent, though its half minute is not over.
    assert other.post("/login", {**second, "code": code_of(secret)}).status_code == 401
    assert other.post("/login", {**second, "code": code_of(secret, 1)}).status_code == 303
    assert other.get("/contacts").status_code == 200
    third = Browser()
    third.get("/login")
    assert third.post("/login", {**second, "code": recovery[0].upper()}).status_code == 303
    fourth = Browser()
    fourth.get("/login")
    assert fourth.post("/login", {**second, "code": recovery[0]}).status_code == 401
    assert len(SecondFactor.objects.get().recovery) == 9
    forged = Browser()
    forged.get("/login")
    assert (
        forged.post("/login", {**second, "challenge": "x" + second["challenge"], "code": recovery[1]}).status_code
        == 401
    )


def test_the_api_asks_for_the_code_too(browser: Browser, alfa: TestTenant) -> None:
    secret, _recovery = set_up(browser)
    credentials: dict[str, Any] = {"email": EMAIL, "password": PASSWORD}
    asked = Api().post("/auth/login", credentials)
    assert (asked.status, asked.json["code"]) == (401, "second_factor_needed")
    wrong = Api().post("/auth/login", {**credentials, "password": "wrong", "code": code_of(secret, 1)})
    assert wrong.json["code"] == "bad_credentials"
    assert Api().post("/auth/login", {**credentials, "code": code_of(secret, 1)}).status == 200


def test_it_is_taken_away_by_a_code_or_by_an_administrator(browser: Browser, alfa: TestTenant) -> None:
    secret, recovery = set_up(browser)
    assert browser.post("/account/factor", {"step": "remove", "code": "1"}).status_code == 422
    assert SecondFactor.objects.exists()
    assert browser.post("/account/factor", {"step": "remove", "code": recovery[3]}).status_code == 303
    assert not SecondFactor.objects.exists()
    user = User.objects.get(pk=alfa.users["sales"])
    own = begin_second_factor(user, actor=alfa.actor("sales"))
    confirm_second_factor(user, code=code_of(own), actor=alfa.actor("sales"))
    with pytest.raises(Forbidden):
        reset_second_factor(user, actor=alfa.actor("manager"))
    reset_second_factor(user, actor=alfa.actor())
    check_second_factor(user, None)
    assert secret != own


def test_a_changed_password_ends_the_session_and_a_forgotten_one_is_mailed(browser: Browser) -> None:
    values = {"password": "nuevo-secreto", "password_confirmation": "nuevo-secreto"}
    assert browser.post("/account/password", {**values, "current_password": "wrong"}).status_code == 422
    assert browser.post("/account/password", {**values, "current_password": PASSWORD}).status_code == 303
    assert browser.get("/contacts").status_code == 302
    for address in (EMAIL, "nobody@nowhere.example"):
        assert "done" not in Browser().fill("/login/forgotten", email=address).content.decode()
        assert Browser().fill("/login/forgotten", email=address).status_code == 200
    assert Browser().fill("/login/forgotten", email="nothing").status_code == 422


def test_session_is_kept_where_somebody_asks_for_it(alfa: TestTenant) -> None:
    for typed, days, kept in (({}, 0, ""), ({"remember": "on"}, 30, 30 * 86400)):
        browser = Browser()
        answer = browser.fill("/login", email=EMAIL, password=PASSWORD, **typed)
        assert answer.cookies[SESSION_COOKIE]["max-age"] == kept
        token = AccessToken.objects.latest("pk")
        assert round((token.expires_at - timezone.now()) / timedelta(days=1)) == days
