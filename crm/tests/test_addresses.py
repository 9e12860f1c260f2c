"""Addresses of contacts and companies: written in their place, shown, told, and gone when nothing is left of them."""

import pytest

from crm.actions.addresses import set_contact_address
from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from crm.actions.merging import merge_contacts, undo_merge
from crm.models import Address
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

CASA = {
    "street": "Av. Juárez 10", "postal_code": "06000", "colony": "Centro", "municipality": "Cuauhtémoc",
    "state": "Ciudad de México",
}  # fmt: skip


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


def test_an_address_is_written_in_its_place_and_goes_when_emptied(browser: Browser, alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    company = create_company({"name": "Uno SA"}, actor=alfa.actor())
    for kind, pk in (("contacts", contact.pk), ("companies", company.pk)):
        path = f"/{kind}/{pk}/address/street"
        assert path in browser.get(f"/{kind}/{pk}").content.decode()
        assert browser.fill(path, **CASA).status_code == 303
        page = browser.get(f"/{kind}/{pk}").content.decode()
        assert "Av. Juárez 10" in page
        assert "Cuauhtémoc" in page
    assert [str(row) for row in Address.objects.order_by("pk")] == [
        "Av. Juárez 10, Centro, 06000, Cuauhtémoc, Ciudad de México"
    ] * 2
    browser.fill(f"/contacts/{contact.pk}/address/street", **dict.fromkeys(CASA, ""))
    assert not Address.objects.filter(contact=contact).exists()
    told = AuditEntry.objects.filter(object_type="crm.address").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["address.created", "address.created", "address.changed", "address.deleted"]


def test_what_is_too_long_or_nobodys_is_refused(browser: Browser, alfa: TestTenant) -> None:
    contact = create_contact({"first_name": "Ana"}, actor=alfa.actor())
    path = f"/contacts/{contact.pk}/address/street"
    with untouched():
        assert browser.fill(path, postal_code="06000-1234567").status_code == 422
    browser.get("/contacts")
    with untouched():
        assert browser.post(path, {"street": "Sin marca"}).status_code == 422
        assert browser.get(f"/contacts/{contact.pk}/address/city").status_code == 404
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert "/address/" not in viewer.get(f"/contacts/{contact.pk}").content.decode()
    with untouched():
        assert viewer.get(path).status_code == 403
        assert viewer.post(path, CASA).status_code == 403


def test_a_merge_keeps_one_address_and_gives_both_back(alfa: TestTenant) -> None:
    actor = alfa.actor()
    one, other = (create_contact({"first_name": name}, actor=actor) for name in ("Ana", "Ann"))
    set_contact_address(one, CASA, actor=actor)
    set_contact_address(other, {**CASA, "street": "Otra 5"}, actor=actor)
    merge_contacts(one, contact_id=other.pk, fields={}, actor=actor)
    assert Address.objects.get().street == "Av. Juárez 10"
    undo_merge(one, actor=actor)
    assert {row.contact_id: row.street for row in Address.objects.all()} == {
        one.pk: "Av. Juárez 10",
        other.pk: "Otra 5",
    }
