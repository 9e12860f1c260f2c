"""Documents for tests, made through the API as a client makes them."""

from typing import Any

from leadercrm.core.testing.doors import Answer, Api

M1: dict[str, Any] = {"description": "Consultoría fiscal", "quantity": 120, "unit_price": 1500, "tax_rate": 16}
ADDRESS = "maria@soluciones.example"


def made(answer: Answer) -> dict[str, Any]:
    """The row of a POST that has to succeed."""
    assert answer.status in (200, 201), answer
    row: dict[str, Any] = answer.data
    return row


def a_contact(api: Api, **values: Any) -> int:
    body = {"first_name": "María", "last_name": "García López", "emails": [{"email": ADDRESS}], **values}
    contact_id: int = made(api.post("/contacts", body))["id"]
    return contact_id


def a_quote(api: Api, *, items: Any = None, **values: Any) -> dict[str, Any]:
    contact_id = values.pop("contact_id", None) or a_contact(api)
    return made(api.post("/quotes", {"contact_id": contact_id, "items": items or [M1], **values}))


def an_invoice(api: Api, *, items: Any = None, **values: Any) -> dict[str, Any]:
    contact_id = values.pop("contact_id", None) or a_contact(api)
    return made(api.post("/invoices", {"contact_id": contact_id, "items": items or [M1], **values}))


def a_contract(api: Api, **values: Any) -> dict[str, Any]:
    contact_id = values.pop("contact_id", None) or a_contact(api)
    return made(api.post("/contracts", {"contact_id": contact_id, "title": "Contrato de servicios", **values}))


def a_payment(api: Api, invoice: dict[str, Any], amount: Any = None, **values: Any) -> dict[str, Any]:
    amount = invoice["amount_due"] if amount is None else amount
    return made(api.post("/payments", {"invoice_id": invoice["id"], "amount": amount, **values}))


def now_is(api: Api, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row as it is now."""
    return made(api.get(f"/{kind}/{row['id']}"))
