"""Links that reach somebody: what they leave on the timeline, once, and how it goes again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.actions.companies import create_company
from crm.actions.contacts import create_contact
from crm.models import Activity, Contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

PHONE, MAIL = "+52 55 1234 5678", "ana@ejemplo.mx"


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


@pytest.fixture
def contact(alfa: TestTenant) -> Contact:
    values = {"first_name": "Ana", "phones": [{"phone": PHONE}], "emails": [{"email": MAIL}]}
    return create_contact(values, actor=alfa.actor())


def test_a_link_leaves_an_activity_once_and_takes_it_back(browser: Browser, contact: Contact) -> None:
    page = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert 'href="https://wa.me/525512345678"' in page
    assert f'data-reach="/contacts/{contact.pk}/reach" data-way="whatsapp"' in page
    answer = browser.post(f"/contacts/{contact.pk}/reach", {"way": "tel", "to": PHONE})
    activity = Activity.objects.get()
    assert (activity.type, activity.status, activity.contact_id, activity.notes) == (
        "call", "completed", contact.pk, PHONE,
    )  # fmt: skip
    undo = f"/activities/{activity.pk}/unreach"
    assert f'action="{undo}"' in answer.content.decode()
    assert activity.subject in answer.content.decode()
    again = browser.post(f"/contacts/{contact.pk}/reach", {"way": "tel", "to": PHONE})
    assert "unreach" not in again.content.decode()
    assert Activity.objects.count() == 1
    browser.post(undo)
    assert not Activity.objects.exists()


def test_another_way_another_person_or_another_hour_is_another_one(
    browser: Browser, alfa: TestTenant, contact: Contact
) -> None:
    company = create_company({"name": "Uno SA", "phone": PHONE}, actor=alfa.actor())
    browser.get("/contacts")
    browser.post(f"/contacts/{contact.pk}/reach", {"way": "tel", "to": PHONE})
    browser.post(f"/contacts/{contact.pk}/reach", {"way": "whatsapp", "to": PHONE})
    browser.post(f"/contacts/{contact.pk}/reach", {"way": "mailto", "to": MAIL})
    browser.post(f"/companies/{company.pk}/reach", {"way": "tel", "to": PHONE})
    assert list(Activity.objects.order_by("pk").values_list("type", "company_id")) == [
        ("call", None), ("task", None), ("email", None), ("call", company.pk),
    ]  # fmt: skip
    Activity.objects.filter(type="email").update(created_at=timezone.now() - timedelta(hours=1))
    browser.post(f"/contacts/{contact.pk}/reach", {"way": "mailto", "to": MAIL})
    assert Activity.objects.filter(type="email").count() == 2


def test_only_the_pages_own_links_leave_anything(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    browser.get("/contacts")
    path = f"/contacts/{contact.pk}/reach"
    with untouched():
        assert browser.get(path).status_code == 405
        assert browser.post(path, {"way": "tel", "to": "911"}).status_code == 422
        assert browser.post(path, {"way": "fax", "to": PHONE}).status_code == 422
        assert browser.post("/contacts/999999/reach", {"way": "tel", "to": PHONE}).status_code == 404
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert "data-reach" not in viewer.get(f"/contacts/{contact.pk}").content.decode()
    with untouched():
        assert viewer.post(path, {"way": "tel", "to": PHONE}).status_code == 403
