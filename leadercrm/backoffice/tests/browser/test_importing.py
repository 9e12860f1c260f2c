"""A file of contacts, from the choice of it to taking the import back."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from crm.models import Contact
from leadercrm.core.testing.axe import violations
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.lists.tests.conftest import work
from leadercrm.tenancy.binding import bind

FILE = "Nombre,Correo\nAna,ana@ejemplo.mx\nEva,eva@ejemplo.mx\n,esto no es un correo\n"
# Places of the figures: what was made, what failed, what was taken back.
MADE, FAILED, REVERTED = 0, 3, 4


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGE_DIR = tmp_path


def worked(tenant: TestTenant) -> None:
    """What a worker does meanwhile; the page asks how far it is."""
    with bind(tenant.bound):
        assert work()


def test_import_and_its_way_back(live: TestTenant, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "clientes.csv"
    file.write_text(FILE)
    page = desk.at(live)
    page.goto("/imports/new?of=contacts")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="Leer el archivo").click()
    expect(page.locator("#import")).to_be_visible()
    worked(live)
    expect(page.locator("#column-0")).to_have_value("first_name")
    expect(page.locator("#column-1")).to_have_value("emails")
    expect(page.locator("#plan .bg-red-lt")).to_have_count(1)
    page.locator(".mapping .btn-primary").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    worked(live)
    figures = page.locator(".figure-card .figure-value")
    expect(figures.nth(MADE)).to_have_text("2")
    expect(figures.nth(FAILED)).to_have_text("1")
    assert violations(page) == []
    with bind(live.bound):
        assert Contact.objects.count() == 2
    page.get_by_text("Revertir esta importación").click()
    page.locator("details[open] form button").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    worked(live)
    expect(figures.nth(REVERTED)).to_have_text("2")
    with bind(live.bound):
        assert not Contact.objects.exists()
