"""The workflows that the reference describes, step by step as a client goes through them."""

from typing import Any

import pytest

from billing.tests.papers import made
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api

ABOUT = "App\\Models\\Contact"
CONTACT = {
    "first_name": "Maria", "last_name": "Garcia Lopez", "emails": [{"email": "mgarcia@ejemplo.mx", "type": "work"}],
    "lifecycle_stage": "lead",
}  # fmt: skip
ITEM = {"description": "Consultoria fiscal especializada", "quantity": 120, "unit_price": 1500, "tax_rate": 16}


@pytest.fixture
def contact(api: Api) -> int:
    row: int = made(api.post("/contacts", CONTACT))["id"]
    return row


def first_pipeline(api: Api) -> dict[str, Any]:
    row: dict[str, Any] = api.get("/pipelines").data[0]
    return row


def test_new_lead_to_its_follow_up(api: Api) -> None:
    """1: Contacto → Deal (con pipeline_id + stage_id) → Actividad de seguimiento."""
    assert api.get("/contacts", search="garcia").data == []
    contact = made(api.post("/contacts", CONTACT))["id"]
    pipeline = first_pipeline(api)
    opened = {"pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"], "contact_ids": [contact]}
    made(api.post("/deals", {"name": "Implementacion ERP", **opened}))
    task = {"subject": "Llamar", "type": "call", "due_at": "2999-04-16T14:00:00Z"}
    made(api.post("/activities", {**task, "activitable_type": ABOUT, "activitable_id": contact}))
    assert [row["id"] for row in api.get("/contacts", search="garcia").data] == [contact]
    assert api.get("/contacts", without_activity="true").data == []


def test_quote_to_cash(api: Api, contact: int) -> None:
    """2: Contacto → Deal → Cotizacion → send → approve → Contrato → sign → Factura → send → Pago."""
    pipeline = first_pipeline(api)
    opened = {"pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"], "contact_ids": [contact]}
    deal = made(api.post("/deals", {"name": "Implementacion ERP", "amount": 208800, **opened}))["id"]
    about = {"contact_id": contact, "deal_id": deal}
    quote = made(api.post("/quotes", {**about, "title": "Propuesta", "items": [ITEM]}))
    assert (quote["subtotal"], quote["tax_total"], quote["total"]) == (180000, 28800, 208800)
    assert made(api.post(f"/quotes/{quote['id']}/send"))["status"] == "sent"
    assert made(api.post(f"/quotes/{quote['id']}/approve"))["status"] == "approved"
    contract = made(api.post(f"/quotes/{quote['id']}/convert-to-contract"))
    assert (contract["value"], contract["quote_id"]) == (208800, quote["id"])
    signer = {"client_name": "Maria Garcia Lopez", "company_name": "Soluciones Integrales"}
    assert made(api.post(f"/contracts/{contract['id']}/sign", signer))["status"] == "signed"
    invoice = made(api.post("/invoices", {**about, "contract_id": contract["id"], "items": [ITEM]}))
    assert made(api.post(f"/invoices/{invoice['id']}/send"))["amount_due"] == 208800
    half = made(api.post("/payments", {"invoice_id": invoice["id"], "amount": 104400, "reference": "SPEI-1"}))
    assert half["status"] == "completed"
    assert set(api.post("/payments", {"invoice_id": invoice["id"], "amount": 104400.01}).errors) == {"amount"}
    made(api.post("/payments", {"invoice_id": invoice["id"], "amount": 104400}))
    paid = made(api.get(f"/invoices/{invoice['id']}"))
    assert (paid["status"], paid["amount_due"], len(paid["payments"])) == ("paid", 0, 2)
    statement = api.get(f"/contacts/{contact}/statement").data
    assert statement[0]["closing"] == 0
    for kind, row in (("quotes", quote), ("contracts", contract), ("invoices", invoice)):
        assert api.get(f"/{kind}/{row['id']}/pdf").body.startswith(b"%PDF-")
    steps = {"quote.sent", "quote.approved", "contract.signed", "invoice.sent", "payment.created", "invoice.settled"}
    assert steps <= set(AuditEntry.objects.values_list("action", flat=True))


def test_how_the_team_is_doing(api: Api, contact: int) -> None:
    """3: won deals, pending activities, notifications, the pipeline."""
    pipeline = first_pipeline(api)
    won = next(stage["id"] for stage in pipeline["stages"] if stage["type"] == "won")
    deal = {"name": "Ganado", "amount": 1000, "pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"]}
    deal_id = made(api.post("/deals", deal))["id"]
    made(api.post(f"/deals/{deal_id}/move-stage", {"stage_id": won}))
    assert [row["id"] for row in api.get("/deals", status="won").data] == [deal_id]
    assert api.get("/activities", status="pending").status == 200
    assert api.get("/notifications").status == 200
    assert made(api.get("/dashboard/stats"))


def test_leads_that_nobody_talks_to_get_a_task_each(api: Api) -> None:
    """4: list the leads without an activity, and make one for each."""
    for number in range(3):
        made(api.post("/contacts", {"first_name": f"Lead {number}", "lifecycle_stage": "lead"}))
    silent = api.get("/contacts", without_activity="true", lifecycle_stage="lead").data
    assert len(silent) == 3
    for lead in silent:
        task = {"subject": "Dar seguimiento", "type": "task", "due_at": "2999-01-01T15:00:00Z"}
        made(api.post("/activities", {**task, "activitable_type": ABOUT, "activitable_id": lead["id"]}))
    assert api.get("/contacts", without_activity="true", lifecycle_stage="lead").data == []


def test_forms_on_other_sites_bring_leads_that_nobody_forgets(api: Api) -> None:
    """5, and 4 for whoever comes so: POST /api/forms/{apiKey}/submit makes a contact that is no neglected one."""
    key = made(api.post("/forms", {"name": "Sitio"}))["api_key"]
    silent = made(api.post("/contacts", {"first_name": "Callada", "lifecycle_stage": "lead"}))["id"]
    sent = {"first_name": "Carlos", "email": "cmartinez@miempresa.mx", "message": "Me interesa."}
    answer = Api().post(f"/api/forms/{key}/submit", sent)
    assert answer.status == 201
    contact = made(api.get(f"/contacts/{answer.json['contact_id']}"))
    assert (contact["lifecycle_stage"], contact["owner_name"]) == ("lead", answer.json["assigned_to"])
    task = api.get("/activities", status="pending", user_id=contact["owner_id"]).data[0]
    assert (task["type"], int(task["activitable_id"])) == ("call", contact["id"])
    assert [row["id"] for row in api.get("/contacts", without_activity="true").data] == [silent]
    known = Api().post(f"/api/forms/{key}/submit", {"email": "CMARTINEZ@miempresa.mx", "first_name": "Otro"})
    assert known.json["contact_id"] == contact["id"]
    deleted = api.delete(f"/activities/{task['id']}").status
    assert deleted in (200, 204)
    neglected = [row["id"] for row in api.get("/contacts", without_activity="true").data]
    assert sorted(neglected) == sorted([silent, contact["id"]])
