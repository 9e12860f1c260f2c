"""What stands around every page: the way in and out, the palette, the bell, keys, light and language."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from leadercrm.accounts.actions.invitations import invite
from leadercrm.accounts.models import Invitation
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.testing.axe import violations
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, make_tenant
from leadercrm.core.testing.watching import Desk
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import AccessToken, LoginIndex, OneTimeLink
from leadercrm.tenancy.provisioning import drop_tenant


def email_of(tenant: TestTenant, role: str = "admin") -> str:
    return LoginIndex.objects.get(pk=tenant.users[role]).email


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Iniciar sesión").click()


@contextmanager
def another() -> Iterator[TestTenant]:
    tenant = make_tenant("Otra")
    try:
        yield tenant
    finally:
        drop_tenant(tenant.row)


def test_login_that_is_kept_and_one_that_is_not(live: TestTenant, desk: Desk) -> None:
    for kept in (False, True):
        page = desk.window()
        page.goto("/companies")
        page.get_by_label("Mantener la sesión").set_checked(kept)
        log_in(page, email_of(live))
        expect(page.get_by_role("heading", level=1)).to_contain_text("Empresas")
        [cookie] = [each for each in page.context.cookies() if each["name"] == SESSION_COOKIE]
        assert (cookie["expires"] > 0) is kept
        assert cookie["httpOnly"]


def test_second_factor(live: TestTenant, desk: Desk) -> None:
    """Set up with an app's code, asked for at the next login, and replaced by a recovery code."""
    page = desk.at(live, "sales")
    page.goto("/account")
    page.get_by_role("button", name="Configurar").click()
    app = pyotp.TOTP(page.locator("section code").inner_text())
    page.get_by_label("Código").fill(app.at(timezone.now()))
    page.get_by_role("button", name="Confirmar").click()
    recovery = page.locator(".codes code").first.inner_text()
    assert violations(page) == []
    for code in (app.at(int(timezone.now().timestamp()) + 30), recovery):
        other = desk.window()
        other.goto("/login?next=/contacts")
        log_in(other, email_of(live, "sales"))
        assert violations(other) == []
        other.locator("#code").fill(code)
        other.get_by_role("button", name="Continuar").click()
        expect(other.get_by_role("heading", level=1)).to_contain_text("Contactos")


def test_invitation_is_accepted(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        invite({"email": "nadia@live.example.com", "name": "Nadia"}, actor=live.actor())
        token = link_token(OneTimeLink.Purpose.INVITATION, Invitation.objects.get().pk)
    page = desk.window()
    page.goto(f"/invitation/{token}")
    for label in ("Contraseña", "Repita la contraseña"):
        page.get_by_label(label, exact=True).fill("otra-clave-larga-9")
    page.get_by_role("button").click()
    page.get_by_role("link", name="Iniciar sesión").click()
    log_in(page, "nadia@live.example.com", "otra-clave-larga-9")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nadia")


def test_forgotten_password_tells_nothing(live: TestTenant, desk: Desk) -> None:
    page = desk.window()
    for email in (email_of(live), "nadie@live.example.com"):
        page.goto("/login")
        page.get_by_role("link", name=re.compile("contraseña")).click()
        page.locator("#email").fill(email)
        page.get_by_role("button").click()
        expect(page.locator("main")).to_contain_text("va en camino")


def test_two_tenants_in_one_browser_see_their_own(live: TestTenant, desk: Desk) -> None:
    with another() as other:
        pages = {}
        for tenant in (live, other):
            with bind(tenant.bound):
                create_contact({"first_name": f"De-{tenant.row.name}"}, actor=tenant.actor())
            pages[tenant.row.name] = desk.at(tenant)
        for name, page in pages.items():
            page.goto("/contacts")
            expect(page.locator("tr[data-row]")).to_have_count(1)
            expect(page.locator("tr[data-row]")).to_contain_text(f"De-{name}")
        # In one window, whoever logged in last is who is there, in all of its pages.
        page = pages[live.row.name]
        desk.log_in(page, LoginIndex.objects.get(pk=other.users["admin"]))
        page.locator("#menu").get_by_role("link", name="Contactos").click()
        expect(page.locator("tr[data-row]")).to_contain_text(f"De-{other.row.name}")
        for each in pages.values():
            each.context.close()


def test_session_that_ends_leads_to_the_login_and_back(live: TestTenant, desk: Desk) -> None:
    desk.expected = {401}
    page = desk.at(live)
    page.goto("/contacts")
    AccessToken.objects.filter(login_id=live.users["admin"], kind="browser").update(revoked_at=timezone.now())
    page.locator("#menu").get_by_role("link", name="Empresas").click()
    log_in(page, email_of(live))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Contactos")


def test_palette_finds_and_goes(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        create_contact({"first_name": "Ana", "last_name": "Ríos"}, actor=live.actor())
        create_company({"name": "Ríos y Cía"}, actor=live.actor())
    page = desk.at(live)
    page.goto("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("rios")
    expect(page.locator("#found .palette-item")).to_have_count(2)
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Ríos")
    expect(page.locator("#palette")).not_to_be_visible()


def test_menus_and_the_palette_are_left_by_keys(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        create_contact({"first_name": "Ana"}, actor=live.actor())
    page = desk.at(live)
    page.goto("/contacts")
    menu, opened = page.locator(".views summary").first, page.locator("details[data-menu][open]")
    menu.press("Enter")
    page.keyboard.press("Tab")
    expect(opened).to_have_count(1)
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(menu).to_be_focused()
    menu.press("Enter")
    page.get_by_role("link", name="Nuevo contacto").focus()
    expect(opened).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("ana")
    expect(page.locator("#found .palette-item")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox", name="Buscar")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).not_to_be_visible()
    page.locator("tr[data-row] .row-link").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana")
    expect(page.locator("#page")).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name="Menú").press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).not_to_be_visible()


def test_keys_and_their_sheet(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        for name in ("Ana", "Eva"):
            create_contact({"first_name": name}, actor=live.actor())
    page = desk.at(live)
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Atajos de teclado")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Contactos")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Negocios")
    page.keyboard.press("n")
    expect(page.locator("#f-name")).to_be_visible()


def test_something_new_is_made_from_anywhere(live: TestTenant, desk: Desk) -> None:
    page = desk.at(live)
    page.goto("/settings/company")
    page.locator(".topbar summary.btn-primary").click()
    page.locator(".topbar").get_by_role("link", name="Empresa").click()
    page.locator("#f-name").fill("Textiles del Golfo")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Textiles del Golfo")


def test_bell_rings_by_itself(live: TestTenant, desk: Desk) -> None:
    page = desk.at(live)
    page.clock.install()
    page.goto("/contacts")
    expect(page.locator("#bell .badge")).to_have_count(0)
    with bind(live.bound):
        Notification.objects.create(user_id=live.users["admin"], type="deal_won", title="Negocio ganado", body="ERP")
    page.clock.run_for(46_000)
    expect(page.locator("#bell .badge")).to_have_text("1")
    page.locator("#bell summary").click()
    page.locator("#bell form button").click()
    expect(page.locator("#bell .badge")).to_have_count(0)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_and_dark(system: str, live: TestTenant, desk: Desk) -> None:
    """The system's until somebody chooses; what was chosen stays."""
    page = desk.at(live, color_scheme=system)
    page.goto("/contacts")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", system)
    page.locator("summary.account").click()
    page.get_by_role("button", name="Claro u oscuro").click()
    chosen = "light" if system == "dark" else "dark"
    expect(page.locator("html")).to_have_attribute("data-bs-theme", chosen)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", chosen)
    assert page.evaluate(ground) != before


def test_language(live: TestTenant, desk: Desk) -> None:
    page = desk.at(live)
    page.goto("/contacts")
    for name, heading, language in (("English", "Contacts", "en"), ("Español", "Contactos", "es-mx")):
        page.locator("summary.account").click()
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(page.locator("html")).to_have_attribute("lang", language)
