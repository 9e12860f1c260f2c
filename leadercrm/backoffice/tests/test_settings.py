"""The settings: who opens which page, what is written, what is refused and kept on the form, and the cost."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from billing.terms import terms
from leadercrm.accounts.actions.teams import create_team
from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.core.web.branding import branding
from leadercrm.notifications.models import Preference
from leadercrm.tenancy.models import AccessToken, Tenant, TokenKind

ADMIN = "admin@alfa.example.com"
CLABE = "002010077777777771"
OWN = ("/settings/notifications", "/settings/sessions", "/settings/tokens")
ADMINS = (
    "/settings/company",
    "/settings/documents",
    "/settings/users",
    "/settings/invitations",
    "/settings/invitations/new",
    "/settings/teams",
    "/settings/teams/new",
)


def entered(email: str = ADMIN) -> Browser:
    browser = Browser()
    assert browser.log_in(email, site="/").status_code == 303
    return browser


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    return entered()


def chosen(tenant: TestTenant) -> dict[str, Any]:
    settings: dict[str, Any] = Tenant.objects.values_list("settings", flat=True).get(pk=tenant.row.pk)
    return settings


def cost(browser: Browser, path: str) -> int:
    return len(statements_of(lambda: browser.get(path)))


def test_each_role_finds_its_pages_and_no_others(alfa: TestTenant) -> None:
    user = f"/settings/users/{alfa.users['sales']}"
    admin, viewer = entered(), entered("viewer@alfa.example.com")
    listed = admin.get("/settings/users").content.decode()
    for path in (*OWN, *ADMINS, user):
        page = admin.get(path)
        assert page.status_code == 200, path
        assert b"settings-menu" in page.content
        assert b"<script>" not in page.content
        assert b" style=" not in page.content.replace(b"<svg", b"")
    assert all(f'href="{path}"' in listed for path in (*OWN, "/settings/company", "/settings/teams"))
    own = viewer.get("/settings/tokens").content.decode()
    assert not any(f'href="{path}"' in own for path in ADMINS)
    for path in OWN:
        assert viewer.get(path).status_code == 200
    with untouched():
        for path in (*ADMINS, user):
            assert viewer.get(path).status_code == 403, path
        for path in ("/settings/company", "/settings/documents", "/settings/company/logo", f"{user}/deactivate"):
            assert viewer.post(path, {"legal_name": "Mía", "role": "admin", "remove": "1"}).status_code == 403, path
    assert admin.get("/settings")["Location"] == OWN[0]


def test_the_letterhead_is_kept_and_a_wrong_one_shown_again(browser: Browser, alfa: TestTenant) -> None:
    saved = browser.fill("/settings/company", legal_name="Alfa & Cía", colour="#aa3311", address="Av. Uno 1")
    assert saved.status_code == 303
    found = chosen(alfa)["branding"]
    assert (found["legal_name"], found["colour"], found["address"]) == ("Alfa & Cía", "#AA3311", "Av. Uno 1")
    assert "Alfa &amp; Cía" in browser.get("/settings/company").content.decode()
    with untouched():
        wrong = browser.fill("/settings/company", email="not an address", legal_name="Otra")
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.content.decode()
    assert 'value="Otra"' in wrong.content.decode()
    browser.fill("/settings/company", address="")
    assert chosen(alfa)["branding"]["address"] is None


def test_a_logo_is_a_picture_and_goes_again(browser: Browser, alfa: TestTenant, tmp_path: Any) -> None:
    Image.new("RGBA", (40, 20), "red").save(tmp_path / "logo.png")
    browser.get("/settings/company")
    with untouched():
        lie = browser.post("/settings/company/logo", {"image": SimpleUploadedFile("a.png", b"no picture")})
        assert lie.status_code == 422
        assert browser.post("/settings/company/logo").status_code == 422
    picture = SimpleUploadedFile("logo.png", (tmp_path / "logo.png").read_bytes())
    assert browser.post("/settings/company/logo", {"image": picture}).status_code == 303
    assert chosen(alfa)["branding"]["logo"]
    assert "data:image/png" in browser.get("/settings/company").content.decode()
    browser.post("/settings/company/logo", {"remove": "1"})
    assert chosen(alfa)["branding"]["logo"] is None


def test_terms_and_bank_are_kept_and_a_wrong_clabe_refused(browser: Browser, alfa: TestTenant) -> None:
    values = {"bank_clabe": CLABE, "tax_rate": "8", "reminder_days": "-5, 2,10", "payment_days": "15"}
    assert browser.fill("/settings/documents", **values).status_code == 303
    found = chosen(alfa)["billing"]
    assert (found["bank_clabe"], found["reminder_days"], found["payment_days"]) == (CLABE, [-5, 2, 10], 15)
    page = browser.get("/settings/documents").content.decode()
    assert 'value="-5, 2, 10"' in page
    assert "COT-000001" in page
    with untouched():
        wrong = browser.fill("/settings/documents", bank_clabe="002010077777777770", reminder_days="1, dos")
        assert wrong.status_code == 422
        clabe = browser.fill("/settings/documents", bank_clabe="002010077777777770")
    assert 'value="1, dos"' in wrong.content.decode()
    assert "CLABE" in clabe.content.decode()
    assert 'value="002010077777777770"' in clabe.content.decode()
    assert terms().currency == "MXN"
    assert branding() == {}


def test_notifications_are_chosen_by_type_and_channel(browser: Browser, alfa: TestTenant) -> None:
    browser.get("/settings/notifications")
    browser.post("/settings/notifications", {"in_app": ["deal_won"], "email": ["deal_won", "deal_lost"]})
    rows = {row.type: (row.in_app, row.email) for row in Preference.objects.filter(user_id=alfa.users["admin"])}
    assert rows["deal_won"] == (True, True)
    assert rows["deal_lost"] == (False, True)
    assert rows["quote_approved"] == (False, False)
    assert browser.get("/settings/notifications").content.decode().count(" checked") == 3


def test_all_other_sessions_end_and_no_one_elses(browser: Browser, alfa: TestTenant) -> None:
    second, third, sales = entered(), entered(), entered("sales@alfa.example.com")
    page = browser.get("/settings/sessions").content.decode()
    sessions = re.findall(r'name="session" value="(\d+)"', page)
    assert len(sessions) == 2
    foreign = AccessToken.objects.filter(login_id=alfa.users["sales"], kind=TokenKind.BROWSER).get()
    with untouched():
        assert browser.post("/settings/sessions", {"session": foreign.pk}).status_code == 404
        assert browser.post("/settings/sessions", {"session": "²"}).status_code == 404
    browser.post("/settings/sessions", {"session": max(sessions, key=int)})
    assert third.get("/contacts").status_code == 302
    assert second.get("/contacts").status_code == 200
    browser.get("/settings/sessions")
    browser.post("/settings/sessions")
    assert second.get("/contacts").status_code == 302
    assert browser.get("/contacts").status_code == 200
    assert sales.get("/contacts").status_code == 200


def test_a_tokens_text_is_shown_once_and_administrators_end_anybodys(browser: Browser, alfa: TestTenant) -> None:
    sales = entered("sales@alfa.example.com")
    sales.get("/settings/tokens")
    with untouched():
        wrong = sales.post("/settings/tokens", {"name": "", "expires_in_days": "x", "rights": "read"})
    assert wrong.status_code == 422
    assert wrong.content.decode().count("invalid-feedback") == 2
    made = sales.post("/settings/tokens", {"name": "Hoja", "expires_in_days": "30", "rights": "read"}).content.decode()
    secret = re.search(r'value="(\d+\|[A-Za-z0-9]+)"', made)
    assert secret is not None
    again = sales.get("/settings/tokens").content.decode()
    assert secret[1].partition("|")[2] not in again
    assert "Hoja" in again
    token = AccessToken.objects.get(name="Hoja")
    assert token.abilities == ["read"]
    viewer = entered("viewer@alfa.example.com")
    viewer.get("/settings/tokens")
    with untouched():
        assert viewer.post(f"/settings/tokens/{token.pk}/revoke").status_code == 403
    assert "Hoja" in browser.get("/settings/tokens").content.decode()
    assert Api(secret[1]).get("/contacts").status == 200
    assert browser.post(f"/settings/tokens/{token.pk}/revoke").status_code == 303
    assert Api(secret[1]).get("/contacts").status == 401


def test_a_user_is_invited_changed_and_barred(browser: Browser, alfa: TestTenant) -> None:
    sales = entered("sales@alfa.example.com")
    address, team = f"/settings/users/{alfa.users['sales']}", create_team({"name": "Norte"}, actor=alfa.actor())
    assert browser.fill(address, role="manager", team_id=str(team.pk)).status_code == 303
    user = User.objects.get(pk=alfa.users["sales"])
    assert (user.role, user.team_id) == ("manager", team.pk)
    with untouched():
        last = browser.fill(f"/settings/users/{alfa.users['admin']}", role="sales")
        assert last.status_code == 422
        assert browser.post(f"/settings/users/{alfa.users['admin']}/deactivate").status_code == 422
    assert "is-invalid" in last.content.decode()
    assert browser.post(f"{address}/sessions")["Location"] == address
    assert sales.get("/contacts").status_code == 302
    browser.post(f"{address}/deactivate")
    assert not User.objects.get(pk=user.pk).is_active
    assert Browser().log_in("sales@alfa.example.com", site="/").status_code == 401
    browser.post(f"{address}/reactivate")
    assert browser.fill("/settings/invitations/new", email="NUEVA@ejemplo.mx", name="Nueva").status_code == 303
    asked = Invitation.objects.get()
    assert (asked.email, asked.role) == ("nueva@ejemplo.mx", "sales")
    with untouched():
        assert browser.fill("/settings/invitations/new", email="nueva@ejemplo.mx").status_code == 422
    browser.get("/settings/invitations")
    assert browser.post(f"/settings/invitations/{asked.pk}/resend").status_code == 303
    browser.post(f"/settings/invitations/{asked.pk}/revoke")
    assert Invitation.objects.get().revoked_at is not None


def test_a_team_is_made_filled_and_taken_away(browser: Browser, alfa: TestTenant) -> None:
    sales, manager = alfa.users["sales"], alfa.users["manager"]
    browser.get("/settings/teams/new")
    made = browser.post("/settings/teams/new", {"name": "Sur", "member_ids": [sales, manager]})
    assert made.status_code == 303
    team = Team.objects.get()
    assert set(team.members.values_list("pk", flat=True)) == {sales, manager}
    assert browser.get(f"/settings/teams/{team.pk}").content.decode().count(" checked") == 2
    browser.post(f"/settings/teams/{team.pk}", {"name": "Sureste", "member_ids": [sales]})
    team.refresh_from_db()
    assert (team.name, [user.pk for user in team.members.all()]) == ("Sureste", [sales])
    with untouched():
        assert browser.post("/settings/teams/new", {"name": "sureste"}).status_code == 422
    browser.post(f"/settings/teams/{team.pk}/delete")
    assert not Team.objects.exists()
    assert User.objects.filter(pk=sales, team=None).exists()


def test_pages_cost_the_same_for_one_row_and_for_many(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    paths = ("/settings/users", "/settings/teams", "/settings/teams/new", "/settings/tokens", "/settings/sessions")
    with visiting(beta):
        foreign = create_team({"name": "Ajeno"}, actor=beta.actor())
    create_team({"name": "Uno"}, actor=alfa.actor())
    browser.get(paths[0])
    few = [cost(browser, path) for path in paths]
    Team.objects.bulk_create(Team(name=f"Equipo {number}") for number in range(60))
    User.objects.bulk_create(
        User(pk=10**9 + number, name=f"Ana {number}", email=f"a{number}@x.mx") for number in range(60)
    )
    mine = AccessToken.objects.filter(login_id=alfa.users["admin"]).first()
    assert mine is not None
    for kind in TokenKind.values:
        AccessToken.objects.bulk_create(
            AccessToken(login_id=mine.login_id, kind=kind, secret_hash="x", expires_at=mine.expires_at)
            for _number in range(60)
        )
    many = [cost(browser, path) for path in paths]
    # A list that fits its page needs no statement to count it.
    assert all(more in (less, less + 1) for less, more in zip(few, many, strict=True)), (few, many)
    assert many[2:] == few[2:]
    assert max(few) <= 14
    assert browser.get(f"/settings/teams/{foreign.pk + 10**6}").status_code == 404
    assert browser.get(f"/settings/users/{beta.users['sales']}").status_code == 404
    assert browser.get(f"/settings/users/{2**70}").status_code == 404
