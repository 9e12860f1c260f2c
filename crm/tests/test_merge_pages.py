"""Contacts and companies that look the same, on pages: who is named, what is chosen, and the way back."""

import re

import pytest

from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from crm.actions.notes import add_note
from crm.models import Company, Contact
from leadercrm.core.testing.browser import Browser, Page
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


@pytest.fixture
def twins(alfa: TestTenant) -> tuple[Contact, Contact]:
    mail = [{"email": "ana@ejemplo.mx"}]
    one = create_contact({"first_name": "Ana", "emails": mail, "city": "Puebla", "source": "web"}, actor=alfa.actor())
    phone = [{"phone": "5512345678"}]
    values = {"first_name": "Ana María", "last_name": "Gil", "emails": mail, "phones": phone, "city": "Lerma"}
    other = create_contact(values, actor=alfa.actor())
    add_note({"body": "De la otra"}, contact=other, actor=alfa.actor())
    return one, other


def test_two_contacts_are_compared_merged_and_taken_apart(browser: Browser, twins: tuple[Contact, Contact]) -> None:
    one, other = twins
    address = f"/contacts/{one.pk}/merge/{other.pk}"
    assert address in browser.get(f"/contacts/{one.pk}").content.decode()
    assert f'/contacts/{one.pk}/merge/{other.pk}"' in browser.get("/contacts/duplicates").content.decode()
    text = browser.get(address).content.decode()
    chosen = Page(text).fields
    # What only one of them has is proposed; what both have is the survivor's.
    assert (chosen["last_name"], chosen["city"], chosen["first_name"]) == ("loser", "survivor", "survivor")
    assert "emails" not in chosen
    done = browser.fill(address, city="loser")
    assert done["Location"] == f"/contacts/{one.pk}"
    one.refresh_from_db()
    assert (one.full_name, one.city, one.source) == ("Ana Gil", "Lerma", "web")
    page = browser.get(f"/contacts/{one.pk}").content.decode()
    assert "De la otra" in page
    undo = re.search(rf'action="(/contacts/{one.pk}/unmerge\?merge_id=\d+)"', page)
    assert undo
    browser.post(undo[1])
    one.refresh_from_db()
    assert (one.full_name, one.city) == ("Ana", "Puebla")
    assert browser.get(f"/contacts/{other.pk}").status_code == 200


def test_a_merge_can_be_undone_long_after_its_toast(browser: Browser, twins: tuple[Contact, Contact]) -> None:
    one, other = twins
    browser.fill(f"/contacts/{one.pk}/merge/{other.pk}")
    browser.get(f"/contacts/{one.pk}")
    later = browser.get(f"/contacts/{one.pk}").content.decode()
    merge = re.search(r'name="merge_id" value="(\d+)"', later)
    assert merge
    browser.post(f"/contacts/{one.pk}/unmerge", {"merge_id": merge[1]})
    assert Contact.objects.filter(pk=other.pk).exists()


def test_a_choice_that_is_none_changes_nothing(browser: Browser, twins: tuple[Contact, Contact]) -> None:
    one, other = twins
    browser.get("/contacts")
    with untouched():
        assert browser.post(f"/contacts/{one.pk}/merge/{other.pk}", {"city": "both"}).status_code == 422
        assert browser.post(f"/contacts/{one.pk}/merge/{one.pk}").status_code == 422
    assert browser.get(f"/contacts/{one.pk}/merge/{one.pk}").status_code == 404


def test_who_may_not_merge_and_who_is_elsewhere(
    alfa: TestTenant, beta: TestTenant, twins: tuple[Contact, Contact]
) -> None:
    one, other = twins
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert "/merge/" not in viewer.get(f"/contacts/{one.pk}").content.decode()
    with untouched():
        assert viewer.get(f"/contacts/{one.pk}/merge/{other.pk}").status_code == 403
        assert viewer.post(f"/contacts/{one.pk}/merge/{other.pk}").status_code == 403
        assert viewer.get("/contacts/duplicates").status_code == 403
    with visiting(beta):
        foreign = create_contact({"first_name": "Betania"}, actor=beta.actor())
    admin = Browser()
    admin.log_in("admin@alfa.example.com", site="/")
    assert admin.get(f"/contacts/{one.pk}/merge/{foreign.pk}").status_code == 404


def test_groups_cost_the_same_however_many(browser: Browser, alfa: TestTenant, twins: tuple[Contact, Contact]) -> None:
    browser.get("/contacts/duplicates")
    few = len(statements_of(lambda: browser.get("/contacts/duplicates")))
    for number in range(20):
        create_contact(
            {"first_name": f"Eva {number // 2}", "phones": [{"phone": f"55{number // 2:08}"}]}, actor=alfa.actor()
        )
    assert len(statements_of(lambda: browser.get("/contacts/duplicates?per_page=100"))) == few


# --- companies


@pytest.fixture
def firms(alfa: TestTenant) -> tuple[Company, Company]:
    one = create_company({"name": "Soluciones SA de CV", "tax_id": "SOL010101AA1"}, actor=alfa.actor())
    other = create_company({"name": "Soluciones", "domain": "soluciones.mx"}, actor=alfa.actor())
    create_contact({"first_name": "Ana", "last_name": "Gil", "company_id": other.pk}, actor=alfa.actor())
    return one, other


def test_two_companies_are_compared_merged_and_taken_apart(browser: Browser, firms: tuple[Company, Company]) -> None:
    one, other = firms
    address = f"/companies/{one.pk}/merge/{other.pk}"
    assert address in browser.get(f"/companies/{one.pk}").content.decode()
    assert "/companies/duplicates" in browser.get("/companies").content.decode()
    assert f'{address}"' in browser.get("/companies/duplicates").content.decode()
    chosen = Page(browser.get(address).content.decode()).fields
    assert (chosen["domain"], chosen["tax_id"], chosen["name"]) == ("loser", "survivor", "survivor")
    done = browser.fill(address, name="loser")
    assert done["Location"] == f"/companies/{one.pk}"
    one.refresh_from_db()
    assert (one.name, one.domain) == ("Soluciones", "soluciones.mx")
    page = browser.get(f"/companies/{one.pk}").content.decode()
    assert "Ana Gil" in page
    undo = re.search(rf'action="(/companies/{one.pk}/unmerge\?merge_id=\d+)"', page)
    assert undo
    browser.post(undo[1])
    one.refresh_from_db()
    assert (one.name, one.domain) == ("Soluciones SA de CV", None)
    assert "Ana Gil" in browser.get(f"/companies/{other.pk}").content.decode()


def test_a_merge_of_companies_can_be_undone_from_the_page(browser: Browser, firms: tuple[Company, Company]) -> None:
    one, other = firms
    browser.fill(f"/companies/{one.pk}/merge/{other.pk}")
    browser.get(f"/companies/{one.pk}")
    merge = re.search(r'name="merge_id" value="(\d+)"', browser.get(f"/companies/{one.pk}").content.decode())
    assert merge
    browser.post(f"/companies/{one.pk}/unmerge", {"merge_id": merge[1]})
    assert Company.objects.filter(pk=other.pk).exists()


def test_who_may_not_merge_companies(alfa: TestTenant, firms: tuple[Company, Company]) -> None:
    one, other = firms
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert "/merge/" not in viewer.get(f"/companies/{one.pk}").content.decode()
    with untouched():
        assert viewer.get(f"/companies/{one.pk}/merge/{other.pk}").status_code == 403
        assert viewer.post(f"/companies/{one.pk}/merge/{other.pk}").status_code == 403
        assert viewer.get("/companies/duplicates").status_code == 403
