"""Deals over HTTP."""

from typing import Any

import pytest

from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant

OPTIONAL_TEXT = (str, type(None))
OPTIONAL_ID = (int, type(None))
PROSPECT, CONTACTED, WON, LOST = 1, 2, 5, 6


class TestDeals(ResourceCase):
    path, routes, tables, text = "/deals", ("deal-list", "deal-detail"), ("crm_deal",), "name"
    keys = {
        "id": (int,), "name": (str,), "amount": (int, float), "currency": (str,), "pipeline_id": (int,),
        "stage_id": (int,), "stage_name": (str,), "status": (str,), "probability": (int,),
        "weighted_amount": (int, float), "expected_close_date": OPTIONAL_TEXT, "owner_id": OPTIONAL_ID,
        "owner_name": OPTIONAL_TEXT, "company_id": OPTIONAL_ID, "company_name": OPTIONAL_TEXT, "contacts": (list,),
        "lost_reason": OPTIONAL_TEXT, "stage_entered_at": (str,), "closed_at": OPTIONAL_TEXT, "created_at": (str,),
        "updated_at": (str,),
    }  # fmt: skip
    body = {
        "name": "Implementación ERP", "pipeline_id": 1, "stage_id": PROSPECT, "amount": 450000, "currency": "MXN",
        "expected_close_date": "2025-06-30",
    }  # fmt: skip
    change = {"amount": 500000.5}
    read_only = {"id": 77777, "weighted_amount": 99, "status": "won", "created_at": "2001-01-01T00:00:00.000000Z"}
    query = {"search": "implementacion"}
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

    def _moved(self, answer: Any) -> dict[str, Any]:
        return {**super()._moved(answer), "weighted_amount": answer.data["weighted_amount"]}


def a_deal(api: Api, **values: Any) -> dict[str, Any]:
    made = api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": PROSPECT, **values})
    assert made.status == 201, made
    data: dict[str, Any] = made.data
    return data


def test_a_new_deal_takes_what_is_not_said_from_its_stage_and_its_maker(api: Api, alfa: TestTenant) -> None:
    deal = a_deal(api)
    assert (deal["amount"], deal["currency"], deal["probability"]) == (0, "MXN", 10)
    assert (deal["owner_id"], deal["status"], deal["closed_at"]) == (alfa.users["admin"], "open", None)
    assert a_deal(api, probability=33, stage_id=CONTACTED)["probability"] == 33


@pytest.mark.parametrize(
    ("amount", "probability", "weighted"), [(100, 50, 50), (0.01, 50, 0.01), (0.01, 49, 0), (450000, 10, 45000)]
)
def test_weighted_amount_is_rounded_half_up(api: Api, amount: float, probability: int, weighted: float) -> None:
    assert a_deal(api, amount=amount, probability=probability)["weighted_amount"] == weighted


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 256}, "name"), ({"name": None}, "name"),
        ({"pipeline_id": 999}, "pipeline_id"), ({"stage_id": 999}, "stage_id"), ({"stage_id": None}, "stage_id"),
        ({"pipeline_id": None}, "pipeline_id"), ({"amount": -1}, "amount"), ({"amount": "abc"}, "amount"),
        ({"currency": "XXX"}, "currency"), ({"currency": "PESOS"}, "currency"), ({"currency": 5}, "currency"),
        ({"probability": 101}, "probability"), ({"probability": -1}, "probability"),
        ({"probability": 1.5}, "probability"), ({"expected_close_date": "mañana"}, "expected_close_date"),
        ({"expected_close_date": "2025-02-30"}, "expected_close_date"),
        ({"expected_close_date": "٢٠٢٥-٠١-٠١"}, "expected_close_date"),
        ({"contact_ids": [999999]}, "contact_ids.0"), ({"contact_ids": "1"}, "contact_ids"),
        ({"contact_ids": [0]}, "contact_ids.0"), ({"owner_id": 999999}, "owner_id"),
        ({"company_id": 999999}, "company_id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    good = {"name": "A", "pipeline_id": 1, "stage_id": PROSPECT}
    deal = a_deal(api)
    with untouched():
        for answer in (api.post("/deals", {**good, **body}), api.put(f"/deals/{deal['id']}", body)):
            assert answer.status == 422, answer
            assert set(answer.errors) == {field}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("2025-06-30", "2025-06-30"),
        ("2025-06-30T23:30:00-06:00", "2025-06-30"),
        ("2025-06-30T10:00:00.5Z", "2025-06-30"),
    ],
)
def test_of_a_moment_the_date_is_kept_as_written(api: Api, sent: str, shown: str) -> None:
    assert a_deal(api, expected_close_date=sent)["expected_close_date"] == shown


def test_currency_is_upper_cased(api: Api) -> None:
    assert a_deal(api, currency="usd")["currency"] == "USD"


def test_contacts_are_replaced_and_cleared(api: Api) -> None:
    ana, luis = (
        api.post("/contacts", {"first_name": name, "last_name": "Ruiz", "emails": [{"email": f"{name}@x.mx"}]}).data[
            "id"
        ]
        for name in ("ana", "luis")
    )
    deal = a_deal(api, contact_ids=[luis, ana, luis])
    place = f"/deals/{deal['id']}"
    assert deal["contacts"] == [
        {"id": luis, "full_name": "luis Ruiz", "primary_email": "luis@x.mx"},
        {"id": ana, "full_name": "ana Ruiz", "primary_email": "ana@x.mx"},
    ]
    assert api.put(place, {"name": "B"}).data["contacts"] == deal["contacts"]
    assert [row["id"] for row in api.put(place, {"contact_ids": [ana]}).data["contacts"]] == [ana]
    assert [row["id"] for row in api.get("/deals", contact_id=ana).data] == [deal["id"]]
    assert api.get("/deals", contact_id=luis).data == []
    assert api.put(place, {"contact_ids": []}).data["contacts"] == []


def test_a_contact_in_the_bin_takes_no_part_until_it_is_restored(api: Api) -> None:
    ana = api.post("/contacts", {"first_name": "Ana"}).data["id"]
    deal = a_deal(api, contact_ids=[ana])
    api.delete(f"/contacts/{ana}")
    assert api.get(f"/deals/{deal['id']}").data["contacts"] == []
    assert set(api.put(f"/deals/{deal['id']}", {"contact_ids": [ana]}).errors) == {"contact_ids.0"}
    api.put(f"/deals/{deal['id']}", {"contact_ids": []})
    api.post(f"/contacts/{ana}/restore")
    assert [row["id"] for row in api.get(f"/deals/{deal['id']}").data["contacts"]] == [ana]


def test_deleting_a_company_detaches_its_deals_until_it_is_restored(api: Api) -> None:
    company = api.post("/companies", {"name": "Norte"}).data["id"]
    deal = f"/deals/{a_deal(api, company_id=company)['id']}"
    assert api.get(deal).data["company_name"] == "Norte"
    api.delete(f"/companies/{company}")
    assert (api.get(deal).data["company_id"], api.get("/deals", company_id=company).data) == (None, [])
    api.post(f"/companies/{company}/restore")
    assert api.get(deal).data["company_id"] == company


def test_filters(api: Api, alfa: TestTenant) -> None:
    first = a_deal(api, name="Proyecto Águila", owner_id=alfa.users["sales"])
    second = a_deal(api, name="Otro", stage_id=WON)
    third = a_deal(api, name="Perdido", stage_id=LOST)

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/deals", **query).data]

    assert found() == [third["id"], second["id"], first["id"]]
    assert found(search="aguila") == [first["id"]]
    assert found(stage_id=WON) == found(status="won") == [second["id"]]
    assert found(status="lost") == [third["id"]]
    assert found(status="open") == found(owner_id=alfa.users["sales"]) == [first["id"]]
    assert found(pipeline_id=1, status="open") == [first["id"]]
    assert found(pipeline_id=2) == found(stage_id=999) == []
    refused = api.get("/deals", status="ganado")
    assert refused.status == 422
    assert "open, won, lost" in str(refused.errors["status"])


def test_the_bin(api: Api) -> None:
    deal = a_deal(api, stage_id=CONTACTED)
    place = f"/deals/{deal['id']}"
    assert api.delete(place).status == 200
    assert [row["id"] for row in api.get("/deals", deleted=True).data] == [deal["id"]]
    restored = api.post(f"{place}/restore")
    assert restored.status == 200
    assert {**restored.data, "updated_at": ""} == {**deal, "updated_at": ""}
    assert api.post(f"{place}/restore").status == 404
