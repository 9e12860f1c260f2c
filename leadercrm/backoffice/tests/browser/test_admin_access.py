"""The admin sites' main pages, looked at by axe-core as all others are (test_access.py)."""

import secrets
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from crm.models import Contact
from leadercrm.backoffice.tests.browser.test_access import Look
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.operators.actions.sessions import create_operator
from leadercrm.operators.models import Operator, OperatorAudit, OperatorSession
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


@pytest.fixture
def operator(chrome: Browser, server: str, demo: TestTenant) -> Iterator[Look]:
    """Somebody who runs the installation, logged in."""
    secret = secrets.token_urlsafe(12)
    create_operator(email="olga@operador.example", name="Olga", password=secret)
    desk = Desk(chrome, server)
    page = desk.window()
    page.goto("/operator/")
    page.locator("[name=username]").fill("olga@operador.example")
    page.locator("[name=password]").fill(secret)
    page.locator("[type=submit]").first.click()
    page.wait_for_url("**/operator/")
    yield Look(desk, page)
    desk.close()
    for model in (OperatorAudit, OperatorSession, Operator):
        model.objects.all().delete()


def test_pages_of_the_operators(operator: Look, demo: TestTenant) -> None:
    tenant = reverse("operator:tenancy_tenant_change", args=[demo.row.pk])
    lists = (
        reverse(f"operator:{model}_changelist")
        for model in ("tenancy_tenant", "tenancy_accesstoken", "postal_postalcode")
    )
    assert [found for address in (reverse("operator:index"), tenant, *lists) for found in operator.at(address)] == []


@pytest.mark.parametrize("site", ["admin", "operator"])
def test_login_page(site: str, chrome: Browser, server: str, demo: TestTenant) -> None:
    desk = Desk(chrome, server)
    assert Look(desk, desk.window()).at(f"/{site}/login/") == []
    desk.close()
