"""The admin sites' main pages, looked at by axe-core as all others are (test_access.py)."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from crm.models import Contact
from leadercrm.backoffice.tests.browser.test_access import Look
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.tenancy.binding import bind

# Of a contact; the last one is a list without rows.
PAGES = ("index", "crm_contact_changelist", "crm_contact_add", "crm_address_changelist")
OF_A_CONTACT = ("crm_contact_change", "crm_contact_history", "crm_contact_delete")


@pytest.fixture
def administrator(chrome: Browser, server: str, demo: TestTenant) -> Iterator[Look]:
    desk = Desk(chrome, server)
    yield Look(desk, desk.at(demo))
    desk.close()


@pytest.mark.parametrize("page", PAGES)
def test_page_of_the_administration(page: str, administrator: Look) -> None:
    assert administrator.at(reverse(f"admin:{page}")) == []


@pytest.mark.parametrize("page", OF_A_CONTACT)
def test_page_of_a_row(page: str, administrator: Look, demo: TestTenant) -> None:
    with bind(demo.bound):
        contact = Contact.objects.order_by("pk").values_list("pk", flat=True)[0]
    assert administrator.at(reverse(f"admin:{page}", args=[contact])) == []


@pytest.mark.parametrize("site", ["admin", "operator"])
def test_login_page(site: str, chrome: Browser, server: str, demo: TestTenant) -> None:
    desk = Desk(chrome, server)
    assert Look(desk, desk.window()).at(f"/{site}/login/") == []
    desk.close()
