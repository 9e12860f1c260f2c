"""Many rows changed or deleted at once: each by its action, with its rights; what is told; and the way back."""

from typing import Any

import pytest

from billing.actions.products import create_product
from billing.models import Product
from crm.actions.contacts import change_contact, create_contact
from crm.actions.deals import create_deal
from crm.models import Contact, Deal, Stage
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.lists.actions import batches
from leadercrm.lists.models import Batch, BatchStatus
from leadercrm.lists.tests.conftest import work


def make(tenant: TestTenant, number: int = 3, **values: Any) -> list[Contact]:
    return [create_contact({"first_name": f"N{place}", **values}, actor=tenant.actor()) for place in range(number)]


def enter(tenant: TestTenant, role: str) -> Browser:
    browser = Browser()
    browser.log_in(f"{role}@alfa.example.com", site="/")
    return browser


def ids_of(rows: list[Any]) -> list[int]:
    return [row.pk for row in rows]


def undo_of(text: str) -> str:
    """The address of the toast's undo."""
    return text.partition('action="/batches/')[2].partition('"')[0]


def test_what_was_ticked_is_changed_and_taken_back(browser: Browser, alfa: TestTenant) -> None:
    contacts, sales = make(alfa), alfa.users["sales"]
    ticked = ids_of(contacts[:2])
    browser.get("/contacts")
    form = browser.post("/bulk/contacts", {"ids": ticked, "query": "search=N"})
    assert form.status_code == 200
    assert form.content.decode().count('name="ids"') == 2
    values = {"ids": ticked, "query": "search=N", "act": "change", "owner_id": sales, "lifecycle_stage": "customer"}
    done = browser.post("/bulk/contacts", values)
    assert (done.status_code, done["Location"]) == (303, "/contacts?search=N")
    rows = list(Contact.objects.order_by("pk").values_list("owner_id", "lifecycle_stage"))
    assert rows == [(sales, "customer"), (sales, "customer"), (alfa.users["admin"], "lead")]
    entry = AuditEntry.objects.filter(action="contact.changed").latest("pk")
    assert entry.user_id == alfa.users["admin"]
    text = browser.get("/contacts").content.decode()
    assert "2 filas modificadas" in text
    change_contact(contacts[0], {"lifecycle_stage": "churned"}, actor=alfa.actor())
    browser.post(f"/batches/{undo_of(text)}")
    rows = list(Contact.objects.order_by("pk").values_list("owner_id", "lifecycle_stage"))
    assert rows == [(alfa.users["admin"], "churned"), *[(alfa.users["admin"], "lead")] * 2]


def test_each_row_is_judged_by_itself(alfa: TestTenant) -> None:
    mine = make(alfa, 1, owner_id=alfa.users["sales"])
    others = make(alfa, 2)
    browser = enter(alfa, "sales")
    browser.get("/contacts")
    browser.post("/bulk/contacts", {"ids": ids_of([*mine, *others]), "act": "change", "source": "Feria"})
    assert list(Contact.objects.filter(source="Feria")) == mine
    text = browser.get("/contacts").content.decode()
    assert "1 fila modificada" in text
    assert "2 se quedan como estaban" in text
    with untouched():
        assert browser.post("/bulk/contacts", {"ids": ids_of(mine), "act": "delete"}).status_code == 403


def test_all_that_a_filter_finds_is_deleted_and_comes_back(alfa: TestTenant, beta: TestTenant) -> None:
    make(alfa, 4, source="Feria")
    make(alfa, 1, source="Web", first_name="Otra")
    with visiting(beta):
        make(beta, 1)
    browser = enter(alfa, "manager")
    browser.get("/contacts")
    form = browser.post("/bulk/contacts", {"all": "1", "query": "search=N"})
    assert "4" in form.content.decode().partition("<h1>")[2].partition("</h1>")[0]
    browser.post("/bulk/contacts", {"all": "1", "query": "search=N", "act": "delete", "once": "x"})
    browser.post("/bulk/contacts", {"all": "1", "query": "search=N", "act": "delete", "once": "x"})
    assert list(Contact.objects.values_list("first_name", flat=True)) == ["Otra"]
    text = browser.get("/contacts").content.decode()
    browser.post(f"/batches/{undo_of(text)}")
    assert Contact.objects.count() == 5
    with visiting(beta):
        assert Contact.objects.count() == 1


def test_many_rows_are_changed_in_the_background(
    browser: Browser, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("leadercrm.lists.backoffice.bulk.AT_ONCE", "leadercrm.lists.actions.batches.AT_ONCE"):
        monkeypatch.setattr(place, 2)
    make(alfa, 5)
    browser.get("/contacts")
    sent = browser.post("/bulk/contacts", {"all": "1", "act": "change", "city": "Puebla"})
    batch = Batch.objects.get()
    assert sent["Location"] == f"/batches/{batch.pk}"
    assert not Contact.objects.filter(city="Puebla").exists()
    assert work() == 3
    assert Contact.objects.filter(city="Puebla").count() == 5
    batch.refresh_from_db()
    assert (batch.status, batch.changed) == (BatchStatus.DONE, 5)
    assert batches.AT_ONCE == 2
    browser.get(f"/batches/{batch.pk}")
    browser.post(f"/batches/{batch.pk}/revert")
    work()
    assert not Contact.objects.filter(city="Puebla").exists()


def test_fields_are_emptied_or_left_and_nonsense_is_refused(browser: Browser, alfa: TestTenant) -> None:
    rows = make(alfa, 1, city="Puebla", source="Feria")
    browser.get("/contacts")
    browser.post("/bulk/contacts", {"ids": ids_of(rows), "act": "change", "empty": "city"})
    rows[0].refresh_from_db()
    assert (rows[0].city, rows[0].source) == (None, "Feria")
    with untouched():
        for values in ({}, {"lifecycle_stage": "no"}, {"owner_id": "x"}):
            assert browser.post("/bulk/contacts", {"ids": ids_of(rows), "act": "change", **values}).status_code == 422
        assert browser.post("/bulk/contacts", {"act": "delete"}).status_code == 422
        assert browser.post("/bulk/notes", {"ids": "1"}).status_code == 404
        assert browser.post("/bulk/contacts", {"all": "1", "query": "owner_id=x", "act": "delete"}).status_code == 422


def test_deals_move_and_products_leave_and_both_come_back(browser: Browser, alfa: TestTenant) -> None:
    first, won = Stage.objects.order_by("position").first(), Stage.objects.get(type="won")
    assert first is not None
    values = {"name": "ERP", "pipeline_id": first.pipeline_id, "stage_id": first.pk}
    deal = create_deal(values, actor=alfa.actor())
    product = create_product({"name": "Cable", "unit_price": 1, "sku": "C-1"}, actor=alfa.actor())
    browser.get("/deals/list")
    browser.post("/bulk/deals", {"ids": deal.pk, "act": "change", "stage_id": won.pk})
    assert Deal.objects.get().stage == won
    browser.post("/bulk/products", {"ids": product.pk, "act": "delete"})
    assert not Product.objects.exists()
    for batch in Batch.objects.all():
        browser.post(f"/batches/{batch.pk}/revert")
    assert Deal.objects.get().stage == first
    assert Product.objects.get() == product


def test_a_viewer_ticks_nothing(alfa: TestTenant) -> None:
    rows = make(alfa, 1)
    browser = enter(alfa, "viewer")
    assert "tick-cell" not in browser.get("/contacts").content.decode()
    with untouched():
        assert browser.post("/bulk/contacts", {"ids": ids_of(rows), "act": "delete"}).status_code == 403


def test_the_form_costs_the_same_for_one_row_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    rows = make(alfa, 30)
    browser.get("/contacts")
    few = len(statements_of(lambda: browser.post("/bulk/contacts", {"ids": ids_of(rows[:1])})))
    assert len(statements_of(lambda: browser.post("/bulk/contacts", {"ids": ids_of(rows)}))) == few


def test_back_to_the_form_leads_to_the_list(alfa: TestTenant) -> None:
    """Its rows are gone with the POST that brought them."""
    browser = enter(alfa, "admin")
    assert browser.get("/bulk/contacts")["Location"] == "/contacts"
    assert browser.get("/bulk/none").status_code == 404
