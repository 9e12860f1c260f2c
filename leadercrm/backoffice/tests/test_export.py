"""Lists as files: what the filters find, with the rights of the list, and nothing that is taken for a formula."""

import csv
import io
import zipfile

import pytest

from crm.actions.contacts import create_contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting

FORMULA = '=HYPERLINK("https://x.example","a")'
LISTS = ("contacts", "companies", "deals/list", "activities", "quotes", "invoices", "payments", "contracts", "products",
         "segments", "campaigns", "suppressions", "events")  # fmt: skip


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def make(tenant: TestTenant, name: str, **values: object) -> None:
    create_contact({"first_name": name, **values}, actor=tenant.actor())


@pytest.mark.parametrize("name", LISTS)
def test_each_list_is_a_file_too(browser: Browser, name: str) -> None:
    text = browser.get(f"/{name}?export=csv")
    assert text["Content-Type"] == "text/csv; charset=utf-8"
    assert text.content.startswith("\ufeff".encode())
    assert ".csv" in text["Content-Disposition"]
    book = browser.get(f"/{name}?export=xlsx")
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    assert browser.get(f"/{name}?export=exe").status_code == 200


def test_what_the_filters_find_is_in_it(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    make(alfa, FORMULA, lifecycle_stage="customer", lead_score=7)
    make(alfa, "Otra", lifecycle_stage="lead")
    with visiting(beta):
        make(beta, "Ajena", lifecycle_stage="customer")
    text = browser.get("/contacts?lifecycle_stage=customer&export=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[1:]] == [f"'{FORMULA}"]
    assert "Cliente" in rows[1]
    book = zipfile.ZipFile(io.BytesIO(browser.get("/contacts?sort=full_name&export=xlsx").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK(" in sheet
    assert "<f>" not in sheet
    assert sheet.count("<row ") == 3


def test_a_file_costs_the_same_for_one_row_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    make(alfa, "Una")
    browser.get("/contacts?export=csv")
    few = len(statements_of(lambda: browser.get("/contacts?export=csv")))
    for number in range(20):
        make(alfa, f"Contacto {number}")
    browser.get("/contacts?export=csv")
    assert len(statements_of(lambda: browser.get("/contacts?export=csv"))) <= few


def test_too_many_rows_are_refused(browser: Browser, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadercrm.core.web.exporting.MOST_ROWS", 1)
    make(alfa, "Una")
    make(alfa, "Dos")
    refused = browser.get("/contacts?export=csv")
    assert refused.status_code == 422
    assert "Acote la lista" in refused.content.decode()
