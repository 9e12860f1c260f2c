"""Billing in the admin site: the buttons do what the API does, figures are read, every page opens."""

from collections.abc import Callable
from typing import Any

import pytest

from billing.models import Contract, Invoice, Payment, Quote, RecurringInvoice
from billing.tests.papers import M1, a_contact, a_contract, a_payment, a_quote, an_invoice, made
from crm.tests.test_admin_parity import state
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# What differs between two documents that went through the same.
OWN = {
    "number", "issued_at", "due_at", "sent_at", "last_sent_at", "approved_at", "rejected_at", "signed_at", "quote_id",
    "signer_ip", "signer_agent", "document_hash",
}  # fmt: skip
Make = Callable[[Api], dict[str, Any]]


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


def approved(api: Api) -> dict[str, Any]:
    return made(api.post(f"/quotes/{a_quote(api)['id']}/approve"))


def sent(api: Api) -> dict[str, Any]:
    return made(api.post(f"/quotes/{a_quote(api)['id']}/send"))


BUTTONS: list[tuple[str, Any, Make, str, dict[str, str]]] = [
    ("send", Quote, a_quote, "send", {}), ("approve", Quote, a_quote, "approve", {}),
    ("reject", Quote, a_quote, "reject", {"reason": "Caro"}), ("revise", Quote, sent, "revise", {}),
    ("invoice", Quote, approved, "convert-to-invoice", {}), ("contract", Quote, approved, "convert-to-contract", {}),
    ("send", Invoice, an_invoice, "send", {}), ("send", Contract, a_contract, "send", {}),
    ("sign", Contract, a_contract, "sign", {"client_name": "Eva", "company_name": "Norte"}),
]  # fmt: skip


@pytest.mark.parametrize(("button", "model", "make", "route", "body"), BUTTONS)
def test_buttons_do_what_the_api_does(
    api: Api, admin: Browser, button: str, model: Any, make: Make, route: str, body: dict[str, str]
) -> None:
    left, right = (model.objects.get(pk=make(api)["id"]) for _number in range(2))
    name = model._meta.model_name
    made(api.post(f"/{name}s/{left.pk}/{route}", body))
    place = f"/admin/billing/{name}/{right.pk}/do/{button}/"
    with untouched():
        assert admin.get(place).status_code == 200
    assert admin.fill(place, **body).status_code == 302
    by_api, by_admin = ({k: v for k, v in state(row).items() if k not in OWN} for row in (left, right))
    assert by_api == by_admin


@pytest.mark.parametrize("model", [Quote, Invoice, Contract])
def test_a_button_that_would_be_refused_is_not_there(api: Api, admin: Browser, model: Any) -> None:
    rows = {Quote: approved, Invoice: _paid, Contract: _signed}[model](api)
    for button in ("send", "sign", "reject", "nonsense"):
        assert admin.get(f"/admin/billing/{model._meta.model_name}/{rows['id']}/do/{button}/").status_code == 404


def _paid(api: Api) -> dict[str, Any]:
    invoice = an_invoice(api)
    a_payment(api, invoice)
    return invoice


def _signed(api: Api) -> dict[str, Any]:
    return made(api.post(f"/contracts/{a_contract(api)['id']}/sign"))


def test_a_payment_is_entered(api: Api, admin: Browser) -> None:
    left, right = an_invoice(api), an_invoice(api)
    by_api = Payment.objects.get(pk=a_payment(api, left, 100.5, reference="A", paid_at="2025-04-10T12:00:00Z")["id"])
    form = {"invoice": right["id"], "contact": right["contact_id"], "amount": "100.50", "currency": "MXN"}
    form |= {"reference": "A", "paid_at_0": "2025-04-10", "paid_at_1": "06:00:00"}
    answer = admin.fill("/admin/billing/payment/add/", **form)
    assert answer.status_code == 302, answer.content.decode()
    by_admin = Payment.objects.latest("id")
    assert {**state(by_api), "invoice_id": 0} == {**state(by_admin), "invoice_id": 0}
    assert Invoice.objects.get(pk=right["id"]).status == "sent"


def test_a_contract_is_entered(api: Api, admin: Browser) -> None:
    contact = a_contact(api)
    left = Contract.objects.get(pk=a_contract(api, contact_id=contact, title="A", value=5)["id"])
    assert admin.fill("/admin/billing/contract/add/", contact=contact, title="A", value="5").status_code == 302
    right = Contract.objects.latest("id")
    assert {**state(left), "number": ""} == {**state(right), "number": ""}
    assert right.number == "CTR-000002"


def test_overpayment_is_shown_at_its_field(api: Api, admin: Browser) -> None:
    invoice = an_invoice(api)
    form = {"invoice": invoice["id"], "amount": "208800.01"}
    admin.get("/admin/billing/payment/add/")
    with untouched():
        answer = admin.fill("/admin/billing/payment/add/", **form)
    assert "amount" in answer.context["adminform"].form.errors


def test_figures_and_status_cannot_be_typed_in(api: Api, admin: Browser) -> None:
    invoice = an_invoice(api)
    path = f"/admin/billing/invoice/{invoice['id']}/change/"
    assert admin.fill(path, notes="Nueva", total="1", status="paid", amount_paid="5", number="X").status_code == 302
    row = Invoice.objects.get(pk=invoice["id"])
    assert (row.notes, row.total, row.status, row.amount_paid, row.number) == (
        "Nueva",
        208800,
        "draft",
        0,
        "FAC-000001",
    )
    with untouched():
        assert admin.fill(path).status_code == 302


def test_every_page_opens(api: Api, admin: Browser, alfa: TestTenant) -> None:
    contact = a_contact(api)
    body = {"title": "A", "contact_id": contact, "items": [M1], "next_on": "2999-01-31"}
    recurring = RecurringInvoice.objects.get(pk=made(api.post("/recurring-invoices", body))["id"])
    template = made(api.post("/contract-templates", {"name": "A", "body": "B"}))
    pages = {
        "quote": a_quote(api)["id"], "invoice": _paid(api)["id"], "contract": _signed(api)["id"],
        "payment": Payment.objects.latest("id").pk, "recurringinvoice": recurring.pk,
        "contracttemplate": template["id"],
    }  # fmt: skip
    for name, pk in pages.items():
        for path in (f"/admin/billing/{name}/", f"/admin/billing/{name}/{pk}/change/", f"/admin/billing/{name}/?q=a"):
            assert admin.get(path).status_code == 200, path
    assert "120 × 1,500.00 = 208,800.00" in admin.get(f"/admin/billing/quote/{pages['quote']}/change/").content.decode()
    assert admin.get("/admin/billing/invoicereminder/").status_code == 200
