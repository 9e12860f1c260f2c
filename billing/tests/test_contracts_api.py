"""Contracts and their templates over HTTP."""

import hashlib
import json
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from billing.actions.contracts import HASHED
from billing.actions.keeping import keep_books
from billing.models import Contract
from billing.tests.papers import a_contact, a_contract, a_quote, made, now_is
from billing.tests.test_quotes_api import DEALING, ID, TEXT, TROUBLE
from leadercrm.core.actor import Actor
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase

BODY = "Entre [[tenant_name]] y [[contact_name]]: [[contract_title]], [[value]] [[currency]], hasta [[end_date]]."


class TestContracts(ResourceCase):
    path, routes, text = "/contracts", ("contract-list", "contract-detail"), "title"
    tables = ("crm_contact", "billing_contract")
    keys = {
        "id": (int,), "contract_number": (str,), "title": (str,), "type": TEXT, "status": (str,),
        "value": (int, float), "currency": (str,), "start_date": TEXT, "end_date": TEXT, **DEALING, "quote_id": ID,
        "template_id": ID, "sent_at": TEXT, "signed_at": TEXT, "signer_name": TEXT, "signer_company": TEXT,
        "document_hash": TEXT, "mail_trouble": TROUBLE, "pdf_url": (str,), "body": TEXT,
    }  # fmt: skip
    detail_only = frozenset({"body"})
    body = {
        "title": "Contrato de Servicios de Consultoria Fiscal", "type": "service", "value": 450000, "currency": "MXN",
        "start_date": "2025-05-01", "end_date": "2025-12-31",
    }  # fmt: skip
    change = {"end_date": "2026-03-31"}
    read_only = {
        "id": 77777, "contract_number": "CTR-999999", "status": "signed", "signed_at": "2001-01-01T00:00:00.000000Z",
        "document_hash": "x", "signer_name": "Nadie",
    }  # fmt: skip
    query = {"status": "draft"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        self.body = {**self.body, "contact_id": a_contact(api)}
        return self.path


class TestTemplates(ResourceCase):
    path, routes, text = "/contract-templates", ("contract-template-list", "contract-template-detail"), "name"
    tables = ("billing_contracttemplate",)
    keys = {"id": (int,), "name": (str,), "body": (str,), "created_at": (str,), "updated_at": (str,)}
    body = {"name": "Servicios", "body": BODY}
    change = {"name": "Consultoría"}
    read_only = {"id": 77777, "created_at": "2001-01-01T00:00:00.000000Z"}
    roles = """
                admin manager sales viewer
        create own 201 201 403 403
        read own 200 200 200 200
        change own 200 200 403 403
        delete own 200 200 403 403
    """

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        return self.make(api, place)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": ""}, "title"), ({"title": None}, "title"), ({"title": "x" * 256}, "title"),
        ({"type": "x" * 51}, "type"), ({"value": -1}, "value"), ({"value": "abc"}, "value"), ({"value": None}, "value"),
        ({"currency": "XXX"}, "currency"), ({"start_date": "x"}, "start_date"), ({"quote_id": 999999}, "quote_id"),
        ({"template_id": 999999}, "template_id"), ({"end_date": "2025-04-30"}, "end_date"),
        ({"start_date": "2026-01-01"}, "end_date"), ({"contact_id": 999999}, "contact_id"),
        ({"deal_id": 999999}, "deal_id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    days = {"start_date": "2025-05-01", "end_date": "2025-12-31"}
    contract = a_contract(api, **days)
    good = {"contact_id": contract["contact_id"], "title": "A", **days}
    with untouched():
        for answer in (api.post("/contracts", {**good, **body}), api.put(f"/contracts/{contract['id']}", body)):
            assert (answer.status, set(answer.errors)) == (422, {field}), answer


def test_it_may_end_on_the_day_of_its_start(api: Api) -> None:
    assert a_contract(api, start_date="2025-05-01", end_date="2025-05-01")["end_date"] == "2025-05-01"
    assert a_contract(api, type="x" * 50, title="x" * 255)["type"] == "x" * 50


def test_value_and_currency_come_from_its_quote(api: Api) -> None:
    quote = a_quote(api, currency="USD")
    contract = a_contract(api, quote_id=quote["id"], contact_id=quote["contact_id"])
    assert (contract["value"], contract["currency"], contract["quote_id"]) == (208800, "USD", quote["id"])
    assert a_contract(api, quote_id=quote["id"], value=5, currency="MXN")["value"] == 5


def test_signing_keeps_who_when_and_what(api: Api) -> None:
    contract = a_contract(api, value=450000)
    place = f"/contracts/{contract['id']}/sign"
    names = {"client_name": "Maria Garcia Lopez", "company_name": "Soluciones Integrales SA de CV"}
    signed = made(api.post(place, names, headers={"User-Agent": "curl/8"}))
    assert (signed["status"], signed["signer_name"], signed["signer_company"]) == ("signed", *names.values())
    row = Contract.objects.get(pk=contract["id"])
    values = {name: getattr(row, name) for name in HASHED}
    canonical = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str).encode()
    assert signed["document_hash"] == hashlib.sha256(canonical).hexdigest()
    assert (row.signer_ip, row.signer_agent) == ("127.0.0.1", "curl/8")
    with untouched():
        assert set(api.post(place, names).errors) == {"status"}


def test_without_names_the_contact_signs_for_its_company(api: Api) -> None:
    """A-36: no body and no content type."""
    company = made(api.post("/companies", {"name": "Norte"}))["id"]
    contract = a_contract(api, contact_id=a_contact(api, company_id=company))
    signed = made(api.post(f"/contracts/{contract['id']}/sign"))
    assert (signed["signer_name"], signed["signer_company"]) == ("María García López", "Norte")


def test_a_signed_contract_is_frozen_but_for_its_end(api: Api) -> None:
    contract = a_contract(api, start_date="2025-05-01", end_date="2025-12-31")
    place = f"/contracts/{contract['id']}"
    made(api.post(f"{place}/sign"))
    signed_in_time(contract)
    assert now_is(api, "contracts", contract)["status"] == "expired"
    renewed = made(api.put(place, {"end_date": "2999-12-31", "title": contract["title"]}))
    assert (renewed["status"], renewed["end_date"]) == ("signed", "2999-12-31")
    with untouched():
        for body in ({"title": "B"}, {"value": 1}, {"body": "x"}, {"end_date": "2999-12-30", "type": "x"}):
            assert set(api.put(place, body).errors) == {"status"}
        assert set(api.delete(place).errors) == {"status"}
        assert set(api.post(f"{place}/send").errors) == {"status"}


def test_refusals_speak_of_a_contract_as_spanish_does(api: Api) -> None:
    """It is masculine, unlike a quote and an invoice, and nobody asked to cancel it."""
    place = f"/contracts/{a_contract(api)['id']}"
    made(api.post(f"{place}/sign"))
    assert api.post(f"{place}/send").json["message"] == "Su estado es firmado y no puede pasar a enviado."
    assert api.delete(place).json["message"] == "Ya está firmado: no se puede eliminar."


def signed_in_time(contract: dict[str, Any]) -> None:
    """Its signature is put on the last day before its end, where the tenant is."""
    last = datetime.combine(date.fromisoformat(contract["end_date"]), time(23, 30), ZoneInfo("America/Mexico_City"))
    Contract.objects.filter(pk=contract["id"]).update(signed_at=last)


def test_one_that_is_signed_after_its_end_is_signed(api: Api) -> None:
    """The reference's own example ends on 31 December 2025; signing it answers `signed` (section 4)."""
    contract = a_contract(api, start_date="2025-05-01", end_date="2025-12-31")
    place = f"/contracts/{contract['id']}"
    assert made(api.post(f"{place}/sign"))["status"] == "signed"
    assert now_is(api, "contracts", contract)["status"] == "signed"
    assert [row["id"] for row in api.get("/contracts", status="signed").data] == [contract["id"]]
    assert api.get("/contracts", status="expired").data == []
    with untouched():
        keep_books(actor=Actor.system())
    assert made(api.put(place, {"end_date": "2026-03-31"}))["status"] == "signed"
    signed_in_time(contract | {"end_date": "2026-03-31"})
    assert now_is(api, "contracts", contract)["status"] == "expired"


def test_status_filter_is_as_of_today(api: Api) -> None:
    ended, running = a_contract(api, end_date="2025-12-31"), a_contract(api, end_date="2999-12-31")
    draft = a_contract(api)
    for contract in (ended, running):
        made(api.post(f"/contracts/{contract['id']}/sign"))
    signed_in_time(ended)

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/contracts", **query).data]

    assert (found(status="expired"), found(status="signed")) == ([ended["id"]], [running["id"]])
    assert found(status="draft") == found(contact_id=draft["contact_id"]) == [draft["id"]]
    assert found(quote_id=999999) == []
    assert api.get("/contracts", status="cancelled").status == 422


def test_a_template_s_text_is_merged_in(api: Api, alfa: Any) -> None:
    template = made(api.post("/contract-templates", {"name": "Servicios", "body": BODY}))
    contract = a_contract(api, template_id=template["id"], value=1234.5, end_date="2025-12-31", title="Asesoría")
    expected = f"Entre {alfa.row.name} y María García López: Asesoría, 1,234.50 MXN, hasta 31/12/2025."
    assert contract["body"] == expected
    made(api.put(f"/contract-templates/{template['id']}", {"body": "Otro"}))
    assert now_is(api, "contracts", contract)["body"] == expected
    assert a_contract(api, template_id=template["id"], body="Propio")["body"] == "Propio"
    again = a_contract(api)
    assert made(api.put(f"/contracts/{again['id']}", {"template_id": template["id"]}))["body"] == "Otro"


def test_values_of_merge_fields_are_not_merged_again(api: Api) -> None:
    template = made(api.post("/contract-templates", {"name": "A", "body": "[[contract_title]] {{ 7|add:1 }} {% x %}"}))
    contract = a_contract(api, template_id=template["id"], title="[[tenant_name]] {{ secret }}")
    assert contract["body"] == "[[tenant_name]] {{ secret }} {{ 7|add:1 }} {% x %}"


def test_unknown_merge_fields_are_refused(api: Api) -> None:
    with untouched():
        answer = api.post("/contract-templates", {"name": "A", "body": "[[contact_name]] [[password]]"})
    assert answer.status == 422
    assert "[[password]]" in str(answer.errors["body"])


def test_numbers_are_never_given_again(api: Api) -> None:
    contract = a_contract(api)
    api.delete(f"/contracts/{contract['id']}")
    row = Contract.with_deleted.get(pk=contract["id"])
    assert (row.number, row.status) == ("CTR-000001", "cancelled")
    assert a_contract(api)["contract_number"] == "CTR-000002"
