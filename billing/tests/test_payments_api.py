"""Payments over HTTP: what they may be, and how their invoice follows them."""

from typing import Any

import pytest

from billing.models import Payment
from billing.tests.papers import a_contact, a_payment, an_invoice, made, now_is
from billing.tests.test_invoices_api import days_from_now, send
from billing.tests.test_quotes_api import ID, TEXT, TROUBLE
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant


class TestPayments(ResourceCase):
    path, routes, text = "/payments", ("payment-list", "payment-detail"), "reference"
    tables = ("crm_contact", "billing_invoice", "billing_payment")
    keys = {
        "id": (int,), "amount": (int, float), "currency": (str,), "method": (str,), "reference": TEXT, "status": (str,),
        "paid_at": (str,), "invoice_id": (int,), "invoice_number": (str,), "contact_id": (int,), "owner_id": ID,
        "owner_name": TEXT, "mail_trouble": TROUBLE, "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {"amount": 104.4, "currency": "MXN", "method": "transfer"}
    change = {"reference": "SPEI-20250410-002"}
    read_only = {"id": 77777, "invoice_number": "FAC-999999", "created_at": "2001-01-01T00:00:00.000000Z"}
    query = {"status": "completed"}
    # Money towards somebody else's invoice is not one's own.
    roles = """
                admin manager sales viewer
        create own 201 201 403 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        invoice = send(api, an_invoice(api))
        self.body = {**self.body, "invoice_id": invoice["id"], "contact_id": invoice["contact_id"]}
        return self.path

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        row_id = self.make(api, place)
        Payment.objects.filter(pk=row_id).update(owner_id=owner_id)
        return row_id


def test_what_is_not_said_is_the_invoice_s(api: Api, alfa: TestTenant) -> None:
    invoice = an_invoice(api, currency="USD")
    payment = a_payment(api, invoice, 0.01)
    assert (payment["contact_id"], payment["currency"]) == (invoice["contact_id"], "USD")
    assert (payment["method"], payment["status"], payment["reference"]) == ("transfer", "completed", None)
    assert payment["owner_id"] == alfa.users["admin"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"invoice_id": None}, "invoice_id"), ({"invoice_id": 999999}, "invoice_id"), ({"amount": None}, "amount"),
        ({"amount": 0}, "amount"), ({"amount": 0.009}, "amount"), ({"amount": -1}, "amount"),
        ({"amount": "abc"}, "amount"),
        ({"amount": 208800.01}, "amount"), ({"amount": 1e30}, "amount"), ({"currency": "USD"}, "currency"),
        ({"currency": "XXX"}, "currency"), ({"method": "bitcoin"}, "method"), ({"status": "x"}, "status"),
        ({"contact_id": 999999}, "contact_id"), ({"reference": "x" * 256}, "reference"), ({"paid_at": "x"}, "paid_at"),
        ({"amount": 208800.01, "status": "pending"}, "amount"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    invoice = an_invoice(api)
    payment = a_payment(api, an_invoice(api), 5)
    with untouched():
        answers = [api.post("/payments", {"invoice_id": invoice["id"], "amount": 1, **body})]
        answers.append(api.put(f"/payments/{payment['id']}", body))
    assert [(answer.status, set(answer.errors)) for answer in answers] == [(422, {field})] * 2, answers


@pytest.mark.parametrize("missing", ["invoice_id", "amount"])
def test_what_is_required(api: Api, missing: str) -> None:
    body = {"invoice_id": an_invoice(api)["id"], "amount": 1}
    del body[missing]
    with untouched():
        assert set(api.post("/payments", body).errors) == {missing}


def test_a_payment_on_a_draft_issues_it(api: Api) -> None:
    """A-31."""
    invoice = an_invoice(api)
    a_payment(api, invoice, 1)
    issued = now_is(api, "invoices", invoice)
    assert (issued["status"], issued["amount_due"]) == ("sent", 208799)
    assert issued["issued_at"] is not None
    assert issued["due_at"] is not None
    paid = an_invoice(api)
    a_payment(api, paid)
    assert now_is(api, "invoices", paid)["status"] == "paid"


def test_only_completed_payments_count(api: Api) -> None:
    invoice = an_invoice(api)
    for status in ("pending", "failed", "refunded"):
        a_payment(api, invoice, status=status)
    assert now_is(api, "invoices", invoice)["status"] == "draft"
    payment = a_payment(api, invoice, 100)
    place = f"/payments/{payment['id']}"
    for status, due in (("refunded", 208800), ("completed", 208700), ("failed", 208800), ("pending", 208800)):
        made(api.put(place, {"status": status}))
        assert now_is(api, "invoices", invoice)["amount_due"] == due


def test_a_change_of_the_amount_recomputes_the_invoice(api: Api) -> None:
    invoice = send(api, an_invoice(api))
    payment = a_payment(api, invoice)
    place = f"/payments/{payment['id']}"
    made(api.put(place, {"amount": 208799.99}))
    shown = now_is(api, "invoices", invoice)
    assert (shown["status"], shown["amount_due"]) == ("sent", 0.01)
    with untouched():
        assert set(api.put(place, {"amount": 208800.01}).errors) == {"amount"}
    made(api.put(place, {"amount": 208800}))
    assert now_is(api, "invoices", invoice)["status"] == "paid"


def test_a_paid_invoice_that_is_past_due_is_overdue_again(api: Api) -> None:
    invoice = send(api, an_invoice(api, due_at=days_from_now(-5)))
    payment = a_payment(api, invoice)
    assert now_is(api, "invoices", invoice)["status"] == "paid"
    api.delete(f"/payments/{payment['id']}")
    assert now_is(api, "invoices", invoice)["status"] == "overdue"


def test_a_payment_moves_to_another_invoice(api: Api) -> None:
    first, second = send(api, an_invoice(api)), send(api, an_invoice(api))
    payment = a_payment(api, first)
    made(api.put(f"/payments/{payment['id']}", {"invoice_id": second["id"]}))
    assert [now_is(api, "invoices", invoice)["status"] for invoice in (first, second)] == ["sent", "paid"]
    other = a_payment(api, first, 1)
    with untouched():
        assert set(api.put(f"/payments/{other['id']}", {"invoice_id": second["id"]}).errors) == {"amount"}


def test_a_repeated_reference_is_warned_of(api: Api) -> None:
    invoice = an_invoice(api)
    first = api.post("/payments", {"invoice_id": invoice["id"], "amount": 1, "reference": "SPEI-1"})
    assert "meta" not in first.json
    second = api.post("/payments", {"invoice_id": invoice["id"], "amount": 1, "reference": "SPEI-1"})
    [warning] = second.json["meta"]["warnings"]
    assert (second.status, warning["code"], warning["payment_ids"]) == (201, "reference_repeated", [first.data["id"]])
    other = a_payment(api, invoice, 1, reference="SPEI-2")
    assert "meta" not in api.put(f"/payments/{other['id']}", {"amount": 2}).json
    warned = api.put(f"/payments/{other['id']}", {"reference": "SPEI-1"})
    assert warned.json["meta"]["warnings"][0]["payment_ids"] == [first.data["id"], second.data["id"]]
    api.delete(f"/payments/{first.data['id']}")
    api.delete(f"/payments/{second.data['id']}")
    assert "meta" not in api.put(f"/payments/{other['id']}", {"reference": "SPEI-1"}).json


def test_filters(api: Api) -> None:
    one, two = an_invoice(api), an_invoice(api)
    first, second = a_payment(api, one, 1, method="cash"), a_payment(api, two, 1, status="pending")

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/payments", **query).data]

    assert found(invoice_id=one["id"]) == found(status="completed") == [first["id"]]
    assert found(contact_id=two["contact_id"]) == found(status="pending") == [second["id"]]
    assert [row["id"] for row in api.get("/payments?method=cash").data] == [first["id"]]
    assert "transfer, card, cash, check" in str(api.get("/payments?method=x").errors["method"])


def test_sales_staff_take_money_for_their_own_invoices(api: Api, sales: Api, alfa: TestTenant) -> None:
    mine, theirs = an_invoice(api, owner_id=alfa.users["sales"]), an_invoice(api)
    payment = a_payment(sales, mine, 1)
    with untouched():
        assert sales.post("/payments", {"invoice_id": theirs["id"], "amount": 1}).status == 403
        assert sales.put(f"/payments/{payment['id']}", {"invoice_id": theirs["id"]}).status == 403


def test_payer_may_be_somebody_else(api: Api) -> None:
    payer = a_contact(api)
    assert a_payment(api, an_invoice(api), 1, contact_id=payer)["contact_id"] == payer
