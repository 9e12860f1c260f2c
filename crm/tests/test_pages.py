"""The pages of sales: what they show, to whom, at what cost; what forms refuse; and the way back."""

from typing import Any

import pytest

from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from crm.models import Contact, Note
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAGES = ("/", "/contacts", "/contacts/new", "/companies", "/companies/new", "/deals", "/activities", "/search?q=ana")


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def make_contact(tenant: TestTenant, **values: Any) -> Contact:
    return create_contact({"first_name": "Ana", "last_name": "García", **values}, actor=tenant.actor())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_for_the_browser_and_a_part_for_htmx(browser: Browser, path: str) -> None:
    whole = browser.get(path)
    assert whole.status_code == 200, path
    assert b"<html" in whole.content
    assert b"navbar-vertical" in whole.content
    assert "'unsafe" not in whole["Content-Security-Policy"]
    assert b"<script>" not in whole.content
    assert b" style=" not in whole.content.replace(b"<svg", b"")
    part = browser.get(path, headers=PART)
    assert b"<html" not in part.content
    assert b"<title>" in part.content
    assert len(part.content) < len(whole.content)


def test_who_has_not_logged_in_is_asked_to_and_comes_back(alfa: TestTenant) -> None:
    browser = Browser()
    asked = browser.get("/contacts?search=ana")
    assert asked.status_code == 302
    assert asked["Location"] == "/login?next=%2Fcontacts%3Fsearch%3Dana"
    by_htmx = browser.get("/contacts", headers=PART)
    assert by_htmx.status_code == 401
    assert by_htmx["HX-Redirect"].startswith("/login?next=")
    back = browser.fill(asked["Location"], email="admin@alfa.example.com", password="wrong")
    assert back.status_code == 401
    assert "admin@alfa.example.com" in back.content.decode()
    assert browser.fill("/login?next=https://evil.example/", email="x", password="").status_code == 422


def test_a_list_narrows_orders_and_pages(browser: Browser, alfa: TestTenant) -> None:
    for name in ("Zoé", "Ángel", "Berta"):
        make_contact(alfa, first_name=name, lifecycle_stage="customer")
    make_contact(alfa, first_name="Xavier")
    text = browser.get("/contacts?lifecycle_stage=customer&sort=full_name").content.decode()
    places = [text.index(name) for name in ("Ángel", "Berta", "Zoé")]
    assert places == sorted(places)
    assert "Xavier" not in text
    assert 'aria-sort="ascending"' in text
    assert 'href="?lifecycle_stage=customer&amp;sort=-full_name"' in text
    second = browser.get("/contacts?per_page=1&page=2", headers={**PART, "HX-Target": "div#list"}).content.decode()
    assert 'rel="prev" href="?per_page=1&amp;page=1"' in second
    assert "list-tools" not in second
    assert browser.get("/contacts?search=nobodyhere").content.decode().count("data-row") == 0
    assert browser.get("/contacts?owner_id=x").status_code == 422


def test_a_list_costs_the_same_for_one_row_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    company = create_company({"name": "Uno SA"}, actor=alfa.actor())
    make_contact(alfa, company_id=company.pk)
    browser.get("/contacts")
    few = len(statements_of(lambda: browser.get("/contacts")))
    for number in range(30):
        make_contact(alfa, first_name=f"Ana {number}", company_id=company.pk)
    assert len(statements_of(lambda: browser.get("/contacts?per_page=100"))) <= few + 1  # a filterless count is kept
    assert few <= 12


def test_a_form_makes_and_changes_and_shows_what_is_wrong(browser: Browser, alfa: TestTenant) -> None:
    made = browser.fill("/contacts/new", first_name="Luz", emails="LUZ@ejemplo.mx", city="Puebla")
    contact = Contact.objects.get(first_name="Luz")
    assert made.status_code == 303
    assert made["Location"] == f"/contacts/{contact.pk}"
    assert contact.emails == [{"email": "luz@ejemplo.mx"}]
    assert contact.city == "Puebla"
    with untouched():
        wrong = browser.fill(f"/contacts/{contact.pk}/edit", first_name="", emails="no address")
    text = wrong.content.decode()
    assert wrong.status_code == 422
    assert text.count("is-invalid") >= 2
    assert 'value="no address"' in text
    browser.fill(f"/contacts/{contact.pk}/edit", city="")
    contact.refresh_from_db()
    assert contact.city is None
    assert contact.first_name == "Luz"


def test_a_row_is_deleted_and_taken_back_by_the_toast(browser: Browser, alfa: TestTenant) -> None:
    contact = make_contact(alfa)
    page = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert "Ana García" in page
    browser.post(f"/contacts/{contact.pk}/notes", {"body": "Llamar el lunes <script>"})
    assert "Llamar el lunes &lt;script&gt;" in browser.get(f"/contacts/{contact.pk}").content.decode()
    assert browser.post(f"/contacts/{contact.pk}/delete").status_code == 303
    text = browser.get("/contacts").content.decode()
    assert f'action="/contacts/{contact.pk}/restore"' in text
    assert browser.get(f"/contacts/{contact.pk}").status_code == 404
    browser.post(f"/contacts/{contact.pk}/restore")
    assert browser.get(f"/contacts/{contact.pk}").status_code == 200
    assert Note.objects.count() == 1


def test_another_tenants_rows_are_nowhere(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    with visiting(beta):
        foreign = make_contact(beta, first_name="Betania")
    for path in (f"/contacts/{foreign.pk}", f"/contacts/{foreign.pk}/edit", f"/contacts/{2**70}"):
        assert browser.get(path).status_code == 404
    assert browser.post(f"/contacts/{foreign.pk}/delete").status_code == 404
    assert "Betania" not in browser.get("/contacts?search=betania").content.decode()


def test_a_viewer_sees_no_button_and_is_refused(alfa: TestTenant) -> None:
    contact = make_contact(alfa)
    browser = Browser()
    browser.log_in("viewer@alfa.example.com", site="/")
    text = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert "/edit" not in text
    assert "/delete" not in text
    with untouched():
        assert browser.post(f"/contacts/{contact.pk}/delete").status_code == 403
        assert browser.fill("/contacts/new", first_name="Eva").status_code == 403


def test_what_is_found_by_words_leads_there(browser: Browser, alfa: TestTenant) -> None:
    contact = make_contact(alfa, last_name="Inolvidable")
    found = browser.get("/search?q=inolvid", headers={**PART, "HX-Target": "div#found"}).content.decode()
    assert f'href="/contacts/{contact.pk}"' in found
    assert "<title>" not in found
    assert "palette-item" in browser.get("/search?q=", headers={**PART, "HX-Target": "div#found"}).content.decode()
