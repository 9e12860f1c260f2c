"""The pages of imports: bringing a file, its columns, how far it is, the rows that failed, and the way back."""

import csv
import io
from functools import partial
from typing import Any

import pytest

from crm.actions.contacts import create_contact
from crm.models import Contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.lists.models import Batch
from leadercrm.lists.tests.conftest import bring, csv_of, upload, work

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
HEAD = ("Nombre", "Correo", "Nota")
ROWS = [HEAD, ("Ana", "ana@x.mx", "=1+1"), ("", "mal", "x"), ("Bea", "bea@x.mx", "")]


def send(browser: Browser, content: bytes, **values: Any) -> Any:
    browser.get("/imports/new?of=contacts")
    return browser.post("/imports/new", {"of": "contacts", "once": "uno", "file": upload(content), **values})


def test_a_file_is_brought_mapped_and_imported(browser: Browser, alfa: TestTenant) -> None:
    sent = send(browser, csv_of(ROWS))
    batch = Batch.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/batches/{batch.pk}")
    assert send(browser, csv_of(ROWS))["Location"] == sent["Location"]
    address = sent["Location"]
    reading = browser.get(address, headers={**PART, "HX-Target": "div#import"}).content.decode()
    assert 'hx-trigger="every 1s"' in reading
    work()
    page = browser.get(address).content.decode()
    assert 'value="first_name" selected' in page
    assert "ana@x.mx" in page
    plan = browser.post(
        address, {"column.0": "", "column.1": "emails", "preview": "1"}, headers={**PART, "HX-Target": "section#plan"}
    ).content.decode()
    assert plan.count("badge bg-green") == 2
    assert plan.count("badge bg-red") == 1
    assert "<select" not in plan
    assert not Contact.objects.exists()
    begun = browser.fill(address)
    assert begun.status_code == 303
    assert work() == 1
    done = browser.get(address).content.decode()
    assert "every 1s" not in done
    assert Contact.objects.count() == 2
    rows = browser.get(f"{address}/rows")
    table = list(csv.reader(io.StringIO(rows.content.decode("utf-8-sig"))))
    assert table[0][:3] == list(HEAD)
    assert table[1][1:4] == ["mal", "x", "3"]
    assert table[1][4]
    assert browser.post(f"{address}/revert").status_code == 303
    work()
    assert not Contact.objects.exists()
    assert str(batch.name) in browser.get("/imports").content.decode()


def test_what_is_no_table_says_so(browser: Browser, alfa: TestTenant) -> None:
    browser.get("/imports/new")
    with untouched():
        assert browser.post("/imports/new", {"of": "contacts"}).status_code == 422
        assert send(browser, b"").status_code == 422
        assert send(browser, b"x", of="notes").status_code == 422
    send(browser, b"PK\x03\x04 nonsense", once="dos")
    work()
    text = browser.get(f"/batches/{Batch.objects.get().pk}").content.decode()
    assert "alert-danger" in text
    assert "dañado" in text


def test_a_bad_choice_of_columns_stays_on_the_form(browser: Browser, alfa: TestTenant) -> None:
    address = send(browser, csv_of(ROWS))["Location"]
    work()
    with untouched():
        refused = browser.fill(address, **{"column.0": "emails", "column.1": "city", "column.2": "city"})
    assert refused.status_code == 422
    assert 'value="city" selected' in refused.content.decode()


def test_who_may_not_sees_nothing_of_it(alfa: TestTenant, beta: TestTenant) -> None:
    own = bring(alfa, "contacts", csv_of(ROWS), role="manager")
    with visiting(beta):
        foreign = bring(beta, "contacts", csv_of(ROWS))
    for role, status in (("viewer", 403), ("sales", 404)):
        other = Browser()
        other.log_in(f"{role}@alfa.example.com", site="/")
        with untouched():
            assert other.get(f"/batches/{own.pk}").status_code == status
            assert other.get(f"/batches/{own.pk}/rows").status_code in (403, 404)
            assert other.post(f"/batches/{own.pk}/revert").status_code in (403, 404)
    admin = Browser()
    admin.log_in("admin@alfa.example.com", site="/")
    assert admin.get(f"/batches/{own.pk}").status_code == 200
    assert admin.get(f"/batches/{foreign.pk + 1000}").status_code == 404


def test_a_preview_costs_the_same_for_few_rows_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    addresses = []
    for size in (1, 100):
        rows = [(f"N{number}", f"n{number}@x.mx", f"Firma {number}") for number in range(size)]
        content = csv_of([("Nombre", "Correo", "Empresa"), *rows])
        addresses.append(send(browser, content, once=str(size))["Location"])
    work()
    browser.get(addresses[0])
    few, many = (len(statements_of(partial(browser.get, address))) for address in addresses)
    assert many <= few


def test_what_is_far_too_large_is_refused_before_it_is_read(browser: Browser, settings: Any) -> None:
    settings.LARGEST_FORM = 1000
    with untouched():
        refused = send(browser, b"x" * 2000)
    assert refused.status_code == 413


@pytest.mark.parametrize("path", ["/imports", "/imports/new"])
def test_the_pages_are_whole_and_strict(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert "'unsafe" not in page["Content-Security-Policy"]
    assert b" style=" not in page.content


def test_a_preview_knows_who_is_there(browser: Browser, alfa: TestTenant) -> None:
    there = create_contact({"first_name": "Ana", "emails": [{"email": "ana@x.mx"}]}, actor=alfa.actor())
    address = send(browser, csv_of(ROWS))["Location"]
    work()
    assert f'href="/contacts/{there.pk}"' in browser.get(address).content.decode()
