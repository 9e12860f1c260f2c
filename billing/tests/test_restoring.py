"""What was deleted comes back by its toast, as it was; and what stands in the way of that."""

import re
from typing import Any

import pytest

from billing.models import Contract, Invoice, Payment, Product, Quote
from billing.tests.papers import a_contract, a_payment, a_quote, an_invoice, now_is
from billing.tests.test_invoices_api import days_from_now
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

MODELS: dict[str, Any] = {"quotes": Quote, "invoices": Invoice, "contracts": Contract}


def browser_of(role: str) -> Browser:
    browser = Browser()
    browser.log_in(f"{role}@alfa.example.com", site="/")
    browser.get("/")
    return browser


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    return browser_of("admin")


def delete(browser: Browser, address: str) -> str:
    """Delete by the page; the address of the toast's undo."""
    answer = browser.post(f"{address}/delete")
    assert answer.status_code == 303, answer.content
    page = browser.get(answer["Location"]).content.decode()
    undo = re.search(rf'action="({address}/restore)"', page)
    assert undo, "no way back is offered"
    return undo[1]


def sent(api: Api, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    return dict(api.post(f"/{kind}/{row['id']}/send").data)


@pytest.mark.parametrize("state", ["draft", "sent"])
@pytest.mark.parametrize("kind", MODELS)
def test_a_document_comes_back_as_it_was(api: Api, admin: Browser, kind: str, state: str) -> None:
    row = {"quotes": a_quote, "invoices": an_invoice, "contracts": a_contract}[kind](api)
    if state == "sent":
        row = sent(api, kind, row)
    before = now_is(api, kind, row)
    undo = delete(admin, f"/{kind}/{row['id']}")
    assert api.get(f"/{kind}/{row['id']}").status == 404
    assert admin.post(undo)["Location"] == f"/{kind}/{row['id']}"
    assert now_is(api, kind, row) == {**before, "updated_at": now_is(api, kind, row)["updated_at"]}
    actions = AuditEntry.objects.filter(object_type=MODELS[kind]._meta.label_lower).order_by("pk")
    word = MODELS[kind]._meta.model_name
    assert list(actions.values_list("action", flat=True))[-2:] == [f"{word}.deleted", f"{word}.restored"]
    with untouched():
        assert admin.post(undo).status_code == 404


def test_an_invoice_that_has_become_due_meanwhile_is_overdue(api: Api, admin: Browser) -> None:
    invoice = sent(api, "invoices", an_invoice(api, due_at=days_from_now(3)))
    undo = delete(admin, f"/invoices/{invoice['id']}")
    Invoice.with_deleted.filter(pk=invoice["id"]).update(due_on="2020-01-01", due_at="2020-01-01T12:00:00Z")
    admin.post(undo)
    assert Invoice.objects.get(pk=invoice["id"]).status == "overdue"


def test_a_payment_counts_again(api: Api, admin: Browser) -> None:
    invoice = sent(api, "invoices", an_invoice(api))
    payment = a_payment(api, invoice)
    assert f"/payments/{payment['id']}/delete" in admin.get(f"/invoices/{invoice['id']}").content.decode()
    answer = admin.post(f"/payments/{payment['id']}/delete", HTTP_REFERER=f"http://testserver/invoices/{invoice['id']}")
    assert now_is(api, "invoices", invoice)["status"] == "sent"
    page = admin.get(answer["Location"]).content.decode()
    assert f'action="/payments/{payment["id"]}/restore"' in page
    admin.post(f"/payments/{payment['id']}/restore")
    after = now_is(api, "invoices", invoice)
    assert (after["status"], after["amount_due"], len(after["payments"])) == ("paid", 0, 1)


def test_a_payment_of_which_less_is_due_by_now_stays_deleted(api: Api, admin: Browser) -> None:
    invoice = sent(api, "invoices", an_invoice(api))
    payment = a_payment(api, invoice)
    admin.post(f"/payments/{payment['id']}/delete")
    a_payment(api, now_is(api, "invoices", invoice), 1)
    with untouched():
        assert admin.post(f"/payments/{payment['id']}/restore").status_code == 422
    assert Payment.objects.count() == 1


def test_a_payment_of_an_invoice_that_is_gone_waits_for_it(api: Api, admin: Browser) -> None:
    invoice = sent(api, "invoices", an_invoice(api))
    payment = a_payment(api, invoice)
    admin.post(f"/payments/{payment['id']}/delete")
    admin.post(f"/invoices/{invoice['id']}/delete")
    with untouched():
        assert admin.post(f"/payments/{payment['id']}/restore").status_code == 422
    for address in (f"/invoices/{invoice['id']}", f"/payments/{payment['id']}"):
        admin.post(f"{address}/restore")
    assert now_is(api, "invoices", invoice)["status"] == "paid"


def test_what_has_taken_its_place_stands_against_it(api: Api, admin: Browser) -> None:
    quote = sent(api, "quotes", a_quote(api))
    revision = api.post(f"/quotes/{quote['id']}/revise").data
    undo = delete(admin, f"/quotes/{revision['id']}")
    another = api.post(f"/quotes/{quote['id']}/revise").data
    with untouched():
        assert admin.post(undo).status_code == 422
    api.delete(f"/quotes/{another['id']}")
    assert admin.post(undo).status_code == 303
    assert now_is(api, "quotes", revision)["quote_number"] == quote["quote_number"]


@pytest.mark.parametrize("kind", ["invoice", "contract"])
def test_a_quote_is_converted_once(api: Api, admin: Browser, kind: str) -> None:
    quote = a_quote(api)
    api.post(f"/quotes/{quote['id']}/approve")
    one = api.post(f"/quotes/{quote['id']}/convert-to-{kind}").data["id"]
    undo = delete(admin, f"/{kind}s/{one}")
    other = api.post(f"/quotes/{quote['id']}/convert-to-{kind}").data["id"]
    with untouched():
        assert admin.post(undo).status_code == 422
    api.delete(f"/{kind}s/{other}")
    api.delete(f"/quotes/{quote['id']}")
    with untouched():
        assert admin.post(undo).status_code == 422  # what it was made of is gone
    admin.post(f"/quotes/{quote['id']}/restore")
    assert admin.post(undo).status_code == 303


def test_a_product_comes_back_unless_its_sku_is_another_s(api: Api, admin: Browser) -> None:
    product = api.post("/products", {"name": "Licencia", "sku": "LIC", "unit_price": 10}).data["id"]
    assert f"/products/{product}/delete" in admin.get(f"/products/{product}").content.decode()
    undo = delete(admin, f"/products/{product}")
    other = api.post("/products", {"name": "Otra", "sku": "LIC", "unit_price": 10}).data["id"]
    with untouched():
        assert admin.post(undo).status_code == 422
    api.delete(f"/products/{other}")
    admin.post(undo)
    assert Product.objects.filter(pk=product).exists()


def test_who_may_not_delete_may_not_restore(api: Api, alfa: TestTenant, admin: Browser) -> None:
    invoice = an_invoice(api, owner_id=alfa.users["sales"])
    assert "/delete" not in browser_of("sales").get(f"/invoices/{invoice['id']}").content.decode()
    undo = delete(admin, f"/invoices/{invoice['id']}")
    others = [browser_of("sales"), browser_of("viewer")]
    with untouched():
        assert [other.post(undo).status_code for other in others] == [403, 403]


def test_sales_staff_take_back_their_own_drafts(api: Api, alfa: TestTenant) -> None:
    quote = a_quote(api, owner_id=alfa.users["sales"])
    undo = delete(browser_of("sales"), f"/quotes/{quote['id']}")
    assert browser_of("sales").post(undo).status_code == 303


def test_who_deletes_takes_it_back_and_nobody_else(api: Api, alfa: TestTenant) -> None:
    """Contacts are restored by administrators; the undo of one's own deletion is open for an hour."""
    contact = api.post("/contacts", {"first_name": "Ana", "owner_id": alfa.users["manager"]}).data["id"]
    manager, other = browser_of("manager"), browser_of("sales")
    undo = delete(manager, f"/contacts/{contact}")
    with untouched():
        assert other.post(undo).status_code == 403
    assert manager.post(undo)["Location"] == f"/contacts/{contact}"
    assert delete(manager, f"/contacts/{contact}") == undo
    AuditEntry.objects.filter(action="contact.deleted").update(at="2020-01-01T00:00:00Z")
    with untouched():
        assert manager.post(undo).status_code == 403
    assert api.post(f"/contacts/{contact}/restore").status == 200
