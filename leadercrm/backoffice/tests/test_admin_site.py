"""/admin/: sessions, what other tenants' ids do, lists' statements, and that every model has its place."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from billing.models import InvoiceItem, ProductImage, QuoteItem
from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from crm.models import Company, Contact, DealContact
from leadercrm.accounts.actions.users import change_role, deactivate_user
from leadercrm.accounts.models import SecondFactor, User
from leadercrm.backoffice.policy import POLICY
from leadercrm.backoffice.tests.conftest import EMAIL
from leadercrm.core.admin_kit.site import load_admins, tenant_site
from leadercrm.core.models import IdempotencyKey, Tally, TokenUse
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, same_next_ids, visiting
from leadercrm.lists.models import BatchRow, ListChoice
from leadercrm.oauth.models import Grant, RefreshToken
from leadercrm.operators.site import operator_site
from leadercrm.tenancy.models import AccessToken, FormKey, PublicIdempotencyKey, Tenant, TokenKind

# Kept answers may hold tokens; a tally has no key of one column; who takes part in a deal, the lines of a
# document and the pictures of a product are seen on its page, a form's key with the form, what a token has used with
# the token, codes live for two minutes, refresh tokens are seen as their connection's token, and a second factor by
# the button that takes it away.
NO_PAGE = {
    *(IdempotencyKey, Tally, PublicIdempotencyKey, DealContact, QuoteItem, InvoiceItem, ProductImage, SecondFactor),
    *(FormKey, TokenUse, Grant, RefreshToken, BatchRow, ListChoice),
}


def test_every_model_has_its_admin() -> None:
    load_admins()
    for places, site in ((settings.TENANT_APPS, tenant_site), (settings.SHARED_APPS, operator_site)):
        names = [name for name in places if not name.startswith("django.")]
        configs = [config for config in apps.get_app_configs() if config.name in names]
        shown = {inline.model for options in site._registry.values() for inline in options.inlines}
        lacking = {model for config in configs for model in config.get_models()} - {*site._registry, *shown} - NO_PAGE
        assert not lacking, f"without an admin in {site.name}: {lacking}"


def test_session_is_a_token_of_its_own_kind(admin: Browser, alfa: TestTenant) -> None:
    cookie = admin.client.cookies["leadercrm_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    token = AccessToken.objects.latest("id")
    assert (token.kind, token.idle_life) == (TokenKind.BROWSER, timedelta(hours=12))
    assert Api(cookie.value).get("/contacts").status == 401
    admin.client.cookies["leadercrm_session"] = alfa.tokens["admin"]
    assert admin.get("/admin/").status_code == 302


def test_cookies_are_secure_over_https(alfa: TestTenant) -> None:
    browser = Browser()
    browser.get("/admin/login/", secure=True)
    data = {"username": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": browser.token}
    browser.client.post("/admin/login/", data, secure=True, headers={"Referer": "https://testserver/admin/login/"})
    assert browser.client.cookies["leadercrm_session"]["secure"] is True


@pytest.mark.parametrize("ending", ["logout", "revoked", "deactivated", "idle", "suspended", "password"])
def test_session_ends_at_once(admin: Browser, alfa: TestTenant, ending: str) -> None:
    assert admin.get("/admin/").status_code == 200
    kept = admin.client.cookies["leadercrm_session"].value
    user = User.objects.get(email=EMAIL)
    if ending == "logout":
        admin.post("/admin/logout/")
    elif ending == "revoked":
        AccessToken.objects.update(revoked_at=timezone.now())
    elif ending == "deactivated":
        change_role(User.objects.get(pk=alfa.users["manager"]), role="admin", actor=alfa.actor())
        deactivate_user(user, actor=alfa.actor())
    elif ending == "idle":
        AccessToken.objects.update(expires_at=timezone.now())
    elif ending == "suspended":
        Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=timezone.now())
    else:
        body = {
            "current_password": PASSWORD,
            "password": "otra-bateria-99",
            "password_confirmation": "otra-bateria-99",
        }
        assert Api(alfa.tokens["admin"]).put("/auth/password", body).status == 200
    admin.client.cookies["leadercrm_session"] = kept
    assert admin.get("/admin/").status_code == 302


def test_use_moves_the_end_on_by_the_sessions_own_life(admin: Browser) -> None:
    token = AccessToken.objects.latest("id")
    AccessToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() + timedelta(minutes=1), last_used_at=None)
    admin.get("/admin/")
    token.refresh_from_db()
    assert timedelta(hours=11) < token.expires_at - timezone.now() <= timedelta(hours=12)


def test_wrong_password_is_refused_and_changes_nothing(alfa: TestTenant) -> None:
    browser = Browser()
    for email, password in ((EMAIL, "wrong"), ("nobody@example.com", "wrong"), ("no address", "x"), (EMAIL, "x\x00")):
        with untouched():
            assert browser.log_in(email, password).status_code == 200
    assert "leadercrm_session" not in browser.client.cookies


@pytest.mark.limits
def test_logins_are_limited_together_with_the_apis(alfa: TestTenant) -> None:
    browser, api = Browser(REMOTE_ADDR="203.0.113.9"), Api()
    for _attempt in range(5):
        browser.log_in(EMAIL, "wrong")
        api.post("/auth/login", {"email": EMAIL, "password": "wrong"}, environ={"REMOTE_ADDR": "203.0.113.9"})
    assert browser.log_in(EMAIL).status_code == 200
    assert "leadercrm_session" not in browser.client.cookies


def test_forms_need_their_token(admin: Browser) -> None:
    admin.token = "x" * 64
    with untouched():
        assert admin.post("/admin/crm/contact/add/", {"first_name": "X"}).status_code == 403
        assert admin.post("/admin/logout/").status_code == 403


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/api/v1/", "javascript:x"]
)
def test_login_leads_to_no_other_site(alfa: TestTenant, wanted: str) -> None:
    browser = Browser()
    browser.get("/admin/login/")
    answer = browser.post(f"/admin/login/?next={wanted}", {"username": EMAIL, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_headers(admin: Browser, alfa: TestTenant) -> None:
    for path in ("/admin/", "/admin/login/", "/admin/crm/contact/", "/operator/login/"):
        headers = admin.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Frame-Options"] == "DENY"
        assert "no-store" in headers["Cache-Control"]
    assert "'unsafe-inline'" not in POLICY.partition("script-src")[2].partition(";")[0]


def test_nothing_of_another_tenant_can_be_reached(admin: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    """The same ids exist on both sides, so that a leak shows as content."""
    same_next_ids(["crm_company", "crm_contact"], alfa, beta)
    with visiting(beta):
        theirs = create_company({"name": "Secreta"}, actor=beta.actor())
        only_theirs = create_company({"name": "Secreta dos"}, actor=beta.actor())
        contact = create_contact({"first_name": "Secreta"}, actor=beta.actor())
    ours = create_company({"name": "Nuestra"}, actor=alfa.actor())
    mine = create_contact({"first_name": "Mia"}, actor=alfa.actor())
    assert (ours.pk, mine.pk) == (theirs.pk, contact.pk)
    assert "Secreta" not in admin.get(f"/admin/crm/company/{ours.pk}/change/").content.decode()
    assert admin.get(f"/admin/crm/company/{only_theirs.pk}/change/").status_code == 302
    query = {"app_label": "crm", "model_name": "contact", "field_name": "company", "term": "Secreta"}
    assert admin.get("/admin/autocomplete/", data=query).json()["results"] == []
    strangers: dict[str, Any] = {"company": only_theirs.pk, "owner": beta.users["admin"]}
    for field, stranger in strangers.items():
        refused = admin.fill(f"/admin/crm/contact/{mine.pk}/change/", **{field: stranger})
        assert refused.status_code == 200, field
        assert "errornote" in refused.content.decode()
    assert admin.fill(f"/admin/crm/company/{ours.pk}/change/", name="Cambiada").status_code == 302
    assert Company.objects.get(pk=ours.pk).name == "Cambiada"
    with visiting(beta):
        assert Company.objects.get(pk=theirs.pk).name == "Secreta"


@pytest.mark.parametrize(
    "path",
    [
        "contact/?q=%00", "contact/?q=" + "x" * 5000, "contact/?p=99999999999999999999",
        "contact/?p=x", "contact/?o=1.2",
        "contact/?owner__id__exact=x", "contact/?owner__id__exact=99999999999999999999", "contact/?company__name=x",
        "contact/?lifecycle_stage=%00", "contact/?bin=x", "contact/?all=1", "contact/?_to_field=search",
        "contact/9999999999999999999999/change/", "contact/x/change/", "contact/%00/change/", "contact/1_0/history/",
        "contact/0/do/restore/", "contact/x/do/nothing/", "contact/x/delete/", "nothing/",
        "contact/add/?company=999999999999999999999", "contact/add/?emails=x", "contact/add/?custom_fields=x",
    ],
)  # fmt: skip
def test_hostile_addresses_are_no_fault_of_ours(admin: Browser, path: str) -> None:
    with untouched():
        assert admin.get(f"/admin/crm/{path}").status_code < 500
    assert admin.get("/admin/autocomplete/?app_label=x&model_name=y&field_name=z").status_code == 403
    assert admin.get("/admin/r/1/1/").status_code == 404


def test_bin_is_a_filter_and_its_rows_can_be_restored(admin: Browser, alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Zoraida"}, actor=alfa.actor())
    assert admin.fill(f"/admin/crm/contact/{contact.pk}/delete/", post="yes").status_code == 302
    assert "Zoraida" not in admin.get("/admin/crm/contact/").content.decode().partition("<tbody")[2]
    assert "Zoraida" in admin.get("/admin/crm/contact/?bin=yes").content.decode().partition("<tbody")[2]
    query = {"app_label": "crm", "model_name": "note", "field_name": "contact", "term": "Zoraida"}
    assert admin.get("/admin/autocomplete/", data=query).json()["results"] == []
    assert admin.post(f"/admin/crm/contact/{contact.pk}/change/", {"first_name": "X"}).status_code == 403
    place = f"/admin/crm/contact/{contact.pk}/do/restore/"
    with untouched():
        assert admin.get(place).status_code == 200
    assert admin.fill(place).status_code == 302
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert admin.get(place).status_code == 404
