"""Statements of account and ageing over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

from billing.models import Invoice
from billing.tests.papers import a_contact, a_payment, an_invoice, made
from billing.tests.test_invoices_api import days_from_now, send
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

HUNDRED = [{"description": "A", "quantity": 1, "unit_price": 100, "tax_rate": 0}]


def issued(api: Api, day: str, **values: Any) -> dict[str, Any]:
    invoice = send(api, an_invoice(api, items=HUNDRED, **values))
    Invoice.objects.filter(pk=invoice["id"]).update(issued_at=f"{day}T18:00:00Z")
    return invoice


def test_statement_adds_up(api: Api) -> None:
    contact = a_contact(api)
    first = issued(api, "2025-01-10", contact_id=contact)
    issued(api, "2025-02-10", contact_id=contact)
    issued(api, "2025-02-11", contact_id=contact, currency="USD")
    issued(api, "2025-02-11")
    an_invoice(api, contact_id=contact)
    payment = a_payment(api, first, 40.5, paid_at="2025-02-20T12:00:00Z")
    a_payment(api, first, 10, status="pending")
    answer = api.get(f"/contacts/{contact}/statement", **{"from": "2025-02-01", "to": "2025-12-31"})
    pesos, dollars = answer.data
    assert (pesos["currency"], pesos["opening"], pesos["closing"]) == ("MXN", 100, 159.5)
    assert [(row["on"], row["kind"], row["charge"], row["payment"], row["balance"]) for row in pesos["entries"]] == [
        ("2025-02-10", "invoice", 100, 0, 200), ("2025-02-20", "payment", 0, 40.5, 159.5),
    ]  # fmt: skip
    assert pesos["entries"][1]["payment_id"] == payment["id"]
    assert (dollars["opening"], dollars["closing"]) == (0, 100)
    assert answer.json["meta"] == {"from": "2025-02-01", "to": "2025-12-31"}
    [until] = api.get(f"/contacts/{contact}/statement", to="2025-01-31").data
    assert (until["opening"], until["closing"], len(until["entries"])) == (0, 100, 1)


def test_company_s_statement_has_all_its_invoices(api: Api) -> None:
    company = made(api.post("/companies", {"name": "Norte"}))["id"]
    for contact in (a_contact(api, company_id=company), a_contact(api, company_id=company)):
        issued(api, "2025-01-10", contact_id=contact)
    [account] = api.get(f"/companies/{company}/statement").data
    assert (account["closing"], len(account["entries"])) == (200, 2)


def test_what_is_not_there_has_no_statement(api: Api, stranger: Api) -> None:
    contact = a_contact(api)
    assert api.get(f"/contacts/{contact}/statement").data == []
    for who, place in ((api, "/contacts/999999"), (stranger, f"/contacts/{contact}"), (api, "/companies/0")):
        assert who.get(f"{place}/statement").status == 404
    assert set(api.get(f"/contacts/{contact}/statement", **{"from": "x"}).errors) == {"from"}


def test_ageing_sorts_what_is_due_by_its_days(api: Api) -> None:
    contact = a_contact(api)
    for days in (5, 0, -1, -30, -31, -60, -61, -90, -91, -400):
        send(api, an_invoice(api, items=HUNDRED, contact_id=contact, due_at=_tenant_day(days)))
    paid = send(api, an_invoice(api, items=HUNDRED, due_at=_tenant_day(-5)))
    a_payment(api, paid)
    a_payment(api, send(api, an_invoice(api, items=HUNDRED, due_at=_tenant_day(-5))), 60)
    an_invoice(api)
    send(api, an_invoice(api, items=HUNDRED, currency="USD"))
    pesos, dollars = api.get("/invoices/ageing").data
    assert pesos == {
        "currency": "MXN", "total": 1040, "count": 11, "not_due": 200, "days_1_30": 240, "days_31_60": 200,
        "days_61_90": 200, "over_90": 200,
    }  # fmt: skip
    assert (dollars["currency"], dollars["not_due"], dollars["total"]) == ("USD", 100, 100)
    [of_contact] = api.get("/invoices/ageing", contact_id=contact).data
    assert (of_contact["count"], of_contact["total"]) == (10, 1000)
    assert api.get("/invoices/ageing", company_id=999999).data == []
    assert set(api.get("/invoices/ageing", contact_id="x").errors) == {"contact_id"}


def _tenant_day(days: int) -> str:
    """So many days from the day that it is in Mexico City."""
    return f"{datetime.now(UTC) - timedelta(hours=6) + timedelta(days=days):%Y-%m-%d}"


def test_who_sees_their_own_records_alone_gets_the_account_of_those(api: Api, sales: Api, alfa: TestTenant) -> None:
    contact = a_contact(api, owner_id=alfa.users["sales"])
    send(api, an_invoice(api, items=HUNDRED, contact_id=contact))
    mine = send(api, an_invoice(api, items=HUNDRED, contact_id=contact, owner_id=alfa.users["sales"]))
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    [account] = sales.get(f"/contacts/{contact}/statement").data
    assert [row["invoice_id"] for row in account["entries"]] == [mine["id"]]
    assert sales.get("/invoices/ageing").data[0]["total"] == 100
    alfa.row.settings = {}


def test_statement_costs_the_same_for_any_number_of_rows(api: Api) -> None:
    contact = a_contact(api)

    def statements() -> int:
        return len(statements_of(lambda: api.get(f"/contacts/{contact}/statement")))

    issued(api, "2025-01-10", contact_id=contact)
    statements()
    one = statements()
    for _number in range(20):
        a_payment(api, issued(api, "2025-01-10", contact_id=contact, due_at=days_from_now(3)), 1)
    assert statements() == one
