"""The page of a token's limits: what it shows, what it changes from the next call, and for whom."""

from decimal import Decimal
from typing import Any

import pytest

from leadercrm.core.testing.browser import Browser, Page
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken, TokenKind


def entered(role: str) -> Browser:
    browser = Browser()
    assert browser.log_in(f"{role}@alfa.example.com", site="/").status_code == 303
    return browser


@pytest.fixture
def token(alfa: TestTenant) -> tuple[AccessToken, Api]:
    scopes = ["crm:read", "crm:write", "send"]
    row, text = make_token(alfa.users["sales"], name="Hoja", abilities=scopes, agent_name="Ana", sends_per_day=5)
    return row, Api(text)


def saved(browser: Browser, path: str, **values: Any) -> Any:
    """Send the form as it stands, with other values in some of its fields."""
    page = browser.get(path)
    shown = Page(page.content.decode()).fields
    return browser.post(path, {**shown, "scopes": ["crm:write", "send"], **values})


def test_the_form_shows_what_there_is_and_saving_it_changes_nothing(token: Any) -> None:
    row, _program = token
    browser, path = entered("sales"), f"/settings/tokens/{row.pk}"
    page = browser.get(path).content.decode()
    assert f'href="{path}"' in browser.get("/settings/tokens").content.decode()
    assert page.count(" checked") == 3
    assert 'value="admin"' not in page, "what it has not got is not offered"
    assert '<option value="">Todo' not in page
    fields = Page(page).fields
    assert (fields["name"], fields["sends_per_day"], fields["expires_in_days"]) == ("Hoja", "5", "keep")
    with untouched():
        assert saved(browser, path).status_code == 303
    kept = AccessToken.objects.get(pk=row.pk)
    assert (kept.abilities, kept.expires_at, kept.ends_at) == (row.abilities, row.expires_at, None)


def test_what_is_saved_holds_from_the_next_call(token: Any) -> None:
    row, program = token
    path = f"/settings/tokens/{row.pk}"
    assert program.post("/contacts", {"first_name": "A"}).status == 201
    values = {"rights": "read", "name": "Solo lee", "amount_per_day": "12.50", "addresses": "203.0.113.0/24\n127.0.0.1"}
    assert saved(entered("sales"), path, **values)["Location"] == "/settings/tokens"
    kept = AccessToken.objects.get(pk=row.pk)
    assert (kept.name, kept.abilities, kept.amount_per_day) == ("Solo lee", ["crm:read"], Decimal("12.50"))
    assert kept.addresses == ["203.0.113.0/24", "127.0.0.1/32"]
    assert (program.get("/contacts").status, program.post("/contacts", {"first_name": "B"}).status) == (200, 403)
    saved(entered("sales"), path, rights="read", expires_in_days="30", sends_per_day="")
    kept.refresh_from_db()
    assert (kept.ends_at is not None, kept.sends_per_day) == (True, None)


def test_what_is_refused_stands_at_its_field(token: Any) -> None:
    row, _program = token
    browser, path = entered("sales"), f"/settings/tokens/{row.pk}"
    with untouched():
        for values in ({"agent_name": ""}, {"addresses": "nowhere"}, {"scopes": ["admin"]}, {"rights": ""}):
            answer = saved(browser, path, **values)
            assert answer.status_code == 422, values
            assert "invalid-feedback" in answer.content.decode(), values


def test_one_s_own_and_for_administrators_anybody_s(token: Any, alfa: TestTenant) -> None:
    row, _program = token
    path = f"/settings/tokens/{row.pk}"
    viewer, admin = entered("viewer"), entered("admin")
    viewer.get("/settings/tokens")
    session = AccessToken.objects.filter(login_id=alfa.users["viewer"], kind=TokenKind.BROWSER).get()
    with untouched():
        assert (viewer.get(path).status_code, viewer.post(path, {"name": "Mía"}).status_code) == (404, 404)
        assert viewer.get(f"/settings/tokens/{session.pk}").status_code == 404
    assert "Sales Alfa" in admin.get(path).content.decode()
    assert saved(admin, path, name="Suya").status_code == 303
    assert AccessToken.objects.get(pk=row.pk).name == "Suya"
