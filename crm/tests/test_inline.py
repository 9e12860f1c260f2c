"""Values that are changed where they stand: what is asked for, written, refused, and not written over."""

from typing import Any

import pytest

from crm.actions.contacts import change_contact, create_contact
from crm.actions.deals import create_deal
from crm.models import Contact, Deal, Stage
from leadercrm.core.testing.browser import Browser, Page
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


@pytest.fixture
def contact(alfa: TestTenant) -> Contact:
    values = {"first_name": "Ana", "last_name": "García", "city": "Puebla", "source": "web"}
    return create_contact(values, actor=alfa.actor())


def fields(browser: Browser, path: str) -> dict[str, str]:
    return Page(browser.get(path, headers=PART).content.decode()).fields


def test_a_value_is_changed_in_its_place(browser: Browser, contact: Contact) -> None:
    page = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert f'hx-get="/contacts/{contact.pk}/fields/job_title"' in page
    asked = browser.get(f"/contacts/{contact.pk}/fields/source", headers=PART)
    text = asked.content.decode()
    assert "<title>" not in text
    assert asked["HX-Retarget"] == "#fact-source"
    assert Page(text).fields.keys() == {"csrfmiddlewaretoken", "was", "source"}
    done = browser.fill(f"/contacts/{contact.pk}/fields/source", source="feria")
    assert (done.status_code, done["Location"]) == (303, f"/contacts/{contact.pk}")
    assert "Guardado." in browser.get(done["Location"]).content.decode()
    contact.refresh_from_db()
    assert (contact.source, contact.city, contact.last_name) == ("feria", "Puebla", "García")


def test_fields_that_belong_together_are_changed_at_once(browser: Browser, contact: Contact) -> None:
    browser.fill(f"/contacts/{contact.pk}/fields/first_name", first_name="Eva", last_name="")
    contact.refresh_from_db()
    assert contact.full_name == "Eva"
    shown = browser.get(f"/contacts/{contact.pk}/fields/city?shown", headers=PART).content.decode()
    assert "Puebla" in shown
    assert "<form" not in shown


def test_what_is_wrong_is_told_in_its_place(browser: Browser, contact: Contact) -> None:
    path = f"/contacts/{contact.pk}/fields/emails"
    with untouched():
        wrong = browser.fill(path, emails="no address")
        parted = browser.post(path, {**fields(browser, path), "emails": "no address"}, headers=PART)
    assert wrong.status_code == parted.status_code == 422
    assert parted["HX-Retarget"] == "#fact-emails"
    assert "is-invalid" in parted.content.decode()
    assert 'value="no address"' in parted.content.decode()


def test_what_somebody_else_has_changed_is_not_written_over(
    browser: Browser, alfa: TestTenant, contact: Contact
) -> None:
    path = f"/contacts/{contact.pk}/fields/source"
    first = fields(browser, path)
    change_contact(contact, {"source": "feria", "city": "Lerma"}, actor=alfa.actor())
    with untouched():
        told = browser.post(path, {**first, "source": "llamada"}, headers=PART)
    text = told.content.decode()
    assert told.status_code == 422
    assert "feria" in text
    assert 'value="llamada"' in text
    again = browser.post(path, {**Page(text).fields, "source": "llamada"})
    assert again.status_code == 303
    contact.refresh_from_db()
    assert (contact.source, contact.city) == ("llamada", "Lerma")
    # Another value that changed meanwhile is no reason to ask.
    before = fields(browser, path)
    change_contact(contact, {"city": "Toluca"}, actor=alfa.actor())
    assert browser.post(path, {**before, "source": "otra"}).status_code == 303


def test_a_deals_values_and_who_takes_part(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    stage = Stage.objects.filter(type="open").order_by("position")[0]
    values = {"name": "Uno", "pipeline_id": stage.pipeline_id, "stage_id": stage.pk, "contact_ids": [contact.pk]}
    deal = create_deal(values, actor=alfa.actor())
    browser.fill(f"/deals/{deal.pk}/fields/amount", amount="1200.50", currency="usd")
    deal.refresh_from_db()
    assert (str(deal.amount), deal.currency, deal.stage_id) == ("1200.50", "USD", stage.pk)
    browser.fill(f"/deals/{deal.pk}/fields/contact_ids", contact_ids="")
    assert not Deal.objects.get(pk=deal.pk).contacts.exists()
    assert browser.get(f"/deals/{deal.pk}").status_code == 200


@pytest.mark.parametrize("name", ["id", "search", "lead_score", "deleted_at", "custom_fields", "x.y"])
def test_only_the_forms_own_fields_can_be_asked_for(browser: Browser, contact: Contact, name: str) -> None:
    path = f"/contacts/{contact.pk}/fields/{name}"
    assert browser.get(path).status_code == 404
    with untouched():
        assert browser.post(path, {name: "1"}).status_code == 404


def test_who_may_not_change_it_sees_the_values_alone(alfa: TestTenant, contact: Contact) -> None:
    browser = Browser()
    browser.log_in("viewer@alfa.example.com", site="/")
    page: Any = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert "Puebla" in page
    assert "/fields/" not in page
    path = f"/contacts/{contact.pk}/fields/city"
    with untouched():
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"city": "Lerma"}).status_code == 403
