"""Invoices over HTTP."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from billing.models import Invoice
from billing.tests.papers import M1, a_contact, a_payment, an_invoice, made, now_is
from billing.tests.test_quotes_api import DEALING, FIGURES, ID, MONEY, TEXT, TROUBLE
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant


class TestInvoices(ResourceCase):
    path, routes, text = "/invoices", ("invoice-list", "invoice-detail"), "notes"
    tables = ("crm_contact", "billing_invoice")
    keys = {
        "id": (int,), "invoice_number": (str,), "status": (str,), **FIGURES, "amount_paid": MONEY, "amount_due": MONEY,
        "is_partially_paid": (bool,), "mail_trouble": TROUBLE, "pdf_url": (str,),
        "currency": (str,), "exchange_rate": (int, float, type(None)), "issued_at": TEXT,
        "due_at": TEXT, "paid_at": TEXT, "payment_method": TEXT, "payment_form": TEXT, **DEALING, "quote_id": ID,
        "contract_id": ID, "notes": TEXT, "items": (list,), "payments": (list,),
    }  # fmt: skip
    detail_only = frozenset({"items", "payments"})
    body = {
        "currency": "MXN", "due_at": "2025-05-05", "notes": "Favor de realizar pago por transferencia bancaria.",
        "items": [
            {"description": "Consultoria fiscal especializada - 120 hrs", "quantity": 120, "unit_price": 1500,
             "tax_rate": 16},
        ],
    }  # fmt: skip
    reshaped = frozenset({"items", "due_at"})
    change = {"notes": "Otra nota"}
    read_only = {
        "id": 77777, "invoice_number": "FAC-999999", "status": "paid", "total": 1, "amount_paid": 5, "amount_due": 5,
        "issued_at": "2001-01-01T00:00:00.000000Z", "paid_at": "2001-01-01T00:00:00.000000Z",
    }  # fmt: skip
    query = {"status": "draft"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        self.body = {**self.body, "contact_id": a_contact(api)}
        return self.path


def send(api: Api, invoice: dict[str, Any]) -> dict[str, Any]:
    return made(api.post(f"/invoices/{invoice['id']}/send"))


def days_from_now(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def test_a_date_is_kept_as_its_midnight(api: Api) -> None:
    """G-20, as the reference prints it."""
    invoice = an_invoice(api, due_at="2025-05-05")
    assert (invoice["due_at"], invoice["issued_at"]) == ("2025-05-05T00:00:00.000000Z", None)
    assert (invoice["total"], invoice["amount_due"], invoice["amount_paid"]) == (208800, 208800, 0)


def test_sending_issues_it(api: Api, alfa: TestTenant) -> None:
    """A-29: the due date is 30 days from the issue unless one is given."""
    sent = send(api, an_invoice(api))
    issued, due = date.fromisoformat(sent["issued_at"][:10]), date.fromisoformat(sent["due_at"][:10])
    assert sent["status"] == "sent"
    assert timedelta(days=29) <= due - issued <= timedelta(days=30)
    assert (sent["payment_method"], sent["payment_form"]) in (("PPD", "99"), ("PUE", "03"))
    again = send(api, sent)
    assert (again["issued_at"], again["due_at"], again["status"]) == (sent["issued_at"], sent["due_at"], "sent")
    made(api.put("/billing/settings", {"payment_days": 0}))
    due_now = send(api, an_invoice(api))
    assert (due_now["payment_method"], due_now["payment_form"], due_now["status"]) == ("PUE", "03", "sent")


def test_what_is_past_due_is_overdue_at_once(api: Api) -> None:
    late = send(api, an_invoice(api, due_at=days_from_now(-3)))
    assert (late["status"], Invoice.objects.get(pk=late["id"]).status) == ("overdue", "sent")
    soon = send(api, an_invoice(api, due_at=days_from_now(3)))

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/invoices", **query).data]

    assert (found(status="overdue"), found(status="sent")) == ([late["id"]], [soon["id"]])
    later = made(api.put(f"/invoices/{late['id']}", {"due_at": days_from_now(9)}))
    assert later["status"] == "sent"
    assert found(status="overdue") == []
    a_payment(api, later)
    assert (found(status="paid"), found(status="sent")) == ([late["id"]], [soon["id"]])


def test_lists_leave_out_lines_and_payments(api: Api) -> None:
    """A-26."""
    an_invoice(api)
    [row] = api.get("/invoices").data
    assert {"subtotal", "tax_total"} <= set(row)
    assert not {"items", "payments"} & set(row)


def test_payments_are_in_the_detail(api: Api) -> None:
    invoice = send(api, an_invoice(api))
    payment = a_payment(api, invoice, 104400, reference="SPEI-20250410-001")
    shown = now_is(api, "invoices", invoice)["payments"]
    assert shown == [{name: payment[name] for name in shown[0]}]


def test_s2_ends_as_the_contract_says(api: Api) -> None:
    """M3 and M4, overpayment, and a payment taken back."""
    invoice = send(api, an_invoice(api))
    a_payment(api, invoice, 104400)
    half = now_is(api, "invoices", invoice)
    assert (half["amount_due"], half["status"], half["is_partially_paid"]) == (104400, "sent", True)
    second = a_payment(api, invoice, 104400)
    paid = now_is(api, "invoices", invoice)
    assert (paid["amount_due"], paid["status"], paid["is_partially_paid"]) == (0, "paid", False)
    assert paid["paid_at"] is not None
    with untouched():
        answer = api.post("/payments", {"invoice_id": invoice["id"], "amount": 0.01})
    assert (answer.status, set(answer.errors)) == (422, {"amount"})
    assert api.delete(f"/payments/{second['id']}").status == 200
    open_again = now_is(api, "invoices", invoice)
    assert (open_again["amount_due"], open_again["status"], open_again["paid_at"]) == (104400, "sent", None)


def test_nothing_due_is_paid_when_it_is_sent(api: Api) -> None:
    """M6."""
    invoice = send(api, an_invoice(api, items=[{**M1, "discount_percent": 100}]))
    assert (invoice["status"], invoice["total"], invoice["amount_due"]) == ("paid", 0, 0)


def test_deleting(api: Api) -> None:
    """A-28."""
    invoice = send(api, an_invoice(api))
    payment = a_payment(api, invoice, 1)
    with untouched():
        assert set(api.delete(f"/invoices/{invoice['id']}").errors) == {"status"}
    api.delete(f"/payments/{payment['id']}")
    assert api.delete(f"/invoices/{invoice['id']}").status == 200
    gone = Invoice.with_deleted.get(pk=invoice["id"])
    assert (gone.status, gone.number) == ("cancelled", "FAC-000001")
    assert an_invoice(api)["invoice_number"] == "FAC-000002"
    stamped = an_invoice(api)
    Invoice.objects.filter(pk=stamped["id"]).update(cfdi_uuid="8f14e45f-ceea-467f-a0e6-5f2d4b1a2c3d")
    with untouched():
        assert api.delete(f"/invoices/{stamped['id']}").status == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"due_at": "mañana"}, "due_at"), ({"currency": "PESOSMEXICANOS"}, "currency"),
        ({"quote_id": 999999}, "quote_id"),
        ({"contract_id": 999999}, "contract_id"), ({"payment_method": "PPX"}, "payment_method"),
        ({"payment_form": "97"}, "payment_form"), ({"payment_method": "PPD", "payment_form": "03"}, "payment_form"),
        ({"payment_method": "PUE", "payment_form": "99"}, "payment_form"), ({"exchange_rate": 0}, "exchange_rate"),
        ({"exchange_rate": 17.5}, "exchange_rate"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    invoice = an_invoice(api)
    with untouched():
        good = {"contact_id": invoice["contact_id"], "items": [M1]}
        for answer in (api.post("/invoices", {**good, **body}), api.put(f"/invoices/{invoice['id']}", body)):
            assert (answer.status, set(answer.errors)) == (422, {field}), answer


def test_dollars_have_a_rate_of_exchange(api: Api) -> None:
    invoice = an_invoice(api, currency="usd", exchange_rate=17.123456)
    assert (invoice["currency"], invoice["exchange_rate"]) == ("USD", 17.123456)
    assert an_invoice(api, exchange_rate=1)["exchange_rate"] == 1


def test_a_company_s_invoices_are_those_of_its_contacts_then(api: Api) -> None:
    company = made(api.post("/companies", {"name": "Norte"}))["id"]
    contact = a_contact(api, company_id=company)
    invoice = an_invoice(api, contact_id=contact)
    assert (invoice["company_id"], invoice["company_name"]) == (company, "Norte")
    made(api.put(f"/contacts/{contact}", {"company_id": None}))
    assert [row["id"] for row in api.get("/invoices", company_id=company).data] == [invoice["id"]]
    assert now_is(api, "invoices", invoice)["company_name"] == "Norte"
