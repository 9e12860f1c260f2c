"""Segments over HTTP."""

from typing import Any

import pytest

from crm.models import Contact, Deal, DealContact, Stage
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from marketing.models import Campaign, CampaignStatus, Segment

LEADS = [
    {"field": "lifecycle_stage", "operator": "=", "value": "lead"},
    {"field": "city", "operator": "=", "value": "Guadalajara"},
]


class TestSegments(ResourceCase):
    path, routes, tables, text = "/segments", ("segment-list", "segment-detail"), ("marketing_segment",), "name"
    keys = {
        "id": (int,), "name": (str,), "type": (str,), "member_count": (int,), "conditions": (list,),
        "owner_id": (int, type(None)), "owner_name": (str, type(None)), "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {"name": "Leads de Guadalajara", "type": "dynamic", "conditions": LEADS}
    change = {"name": "Leads de GDL 2025"}
    read_only = {"id": 77777, "member_count": 99, "created_at": "2001-01-01T00:00:00.000000Z"}
    query = {"type": "dynamic"}
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


def make_contacts(api: Api) -> dict[str, int]:
    """Three people: Ana, a lead in Guadalajara; Beto, a customer there; Caro, of whom hardly anything is known."""
    bodies: dict[str, dict[str, Any]] = {
        "Ana": {
            "lifecycle_stage": "lead",
            "city": "GUADALAJARA",
            "job_title": "Médica",
            "emails": [{"email": "ana@uno.mx"}],
        },
        "Beto": {"lifecycle_stage": "customer", "city": "Guadalajara", "custom_fields": {"nivel": "Oro", "hijos": 2}},
        "Caro": {"phones": [{"phone": "81 1234 5678"}]},
    }
    return {name: api.post("/contacts", {"first_name": name, **body}).data["id"] for name, body in bodies.items()}


def found_by(api: Api, *conditions: Any) -> list[str]:
    answer = api.post("/segments/preview", {"conditions": list(conditions)})
    assert answer.status == 200, answer
    names = sorted(contact["first_name"] for contact in answer.data["contacts"])
    assert answer.data["member_count"] == len(names)
    return names


def where(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def test_conditions_find_whom_they_should(api: Api, alfa: TestTenant) -> None:
    ids = make_contacts(api)
    stage = Stage.objects.filter(type="won").first()
    assert stage is not None
    deal = {"name": "X", "pipeline_id": stage.pipeline_id, "stage_id": stage.pk, "amount": 1000}
    api.post("/deals", {**deal, "contact_ids": [ids["Beto"]]})
    api.post("/activities", {"subject": "Llamar", "type": "call", "activitable_type": r"App\Models\Contact",
                             "activitable_id": str(ids["Caro"])})  # fmt: skip
    api.put(f"/contacts/{ids['Ana']}/consent", {"status": "granted"})
    expected: list[tuple[str, str, Any, str]] = [
        ("city", "=", "guadalajara", "Ana Beto"),
        ("city", "!=", "Guadalajara", "Caro"),
        ("city", "contains", "DALA", "Ana Beto"),
        ("city", "not_contains", "dala", "Caro"),
        ("city", "is_null", None, "Caro"),
        ("city", "in", ["Puebla", "guadalajara"], "Ana Beto"),
        ("city", "contains", "%", ""),
        ("city", "=", "Guadalajára", "Ana Beto"),
        ("city", "not_contains", "GUADALAJÁ", "Caro"),
        ("city", "starts_with", "guádal", "Ana Beto"),
        ("city", "not_in", ["Puebla", "guadalájara"], "Caro"),
        ("job_title", "=", "medica", "Ana"),
        ("job_title", "!=", "MEDICA", "Beto Caro"),
        ("job_title", "contains", "édica", "Ana"),
        ("custom_fields.nivel", "contains", "óro", "Beto"),
        ("custom_fields.nivel", "!=", "Óro", "Ana Caro"),
        ("custom_fields.nivel", "starts_with", "ór", "Beto"),
        ("custom_fields.nivel", "in", ["plata", "óro"], "Beto"),
        ("email", "=", "ANA@uno.mx", "Ana"),
        ("email", "contains", "uno", "Ana"),
        ("email", "is_null", None, "Beto Caro"),
        ("phone", "contains", "1234", "Caro"),
        ("lifecycle_stage", "in", ["customer"], "Beto"),
        ("custom_fields.nivel", "=", "oro", "Beto"),
        ("custom_fields.hijos", ">=", 2, "Beto"),
        ("custom_fields.hijos", "=", 2, "Beto"),
        ("custom_fields.hijos", "!=", 2, "Ana Caro"),
        ("custom_fields.otro", "is_not_null", None, ""),
        ("has_open_deal", "=", False, "Ana Beto Caro"),
        ("won_amount", ">", 999.99, "Beto"),
        ("won_amount", "<=", 0, "Ana Caro"),
        ("won_deals_count", "=", 0, "Ana Caro"),
        ("last_won_at", "within_days", 1, "Beto"),
        ("last_activity_at", "is_null", None, "Ana Beto"),
        ("days_without_activity", ">=", 30, "Ana Beto"),
        ("consent", "=", "granted", "Ana"),
        ("consent", "=", "unknown", "Beto Caro"),
        ("do_not_contact", "=", False, "Ana Beto Caro"),
        ("suppressed", "=", True, ""),
        ("created_at", "within_days", 1, "Ana Beto Caro"),
        ("created_at", "before", "2020-01-01", ""),
        ("created_at", "after", "2020-01-01", "Ana Beto Caro"),
        ("owner_id", "=", alfa.users["admin"], "Ana Beto Caro"),
        ("lead_score", ">", 100, ""),
        ("company_name", "is_null", None, "Ana Beto Caro"),
        ("last_opened_at", "is_null", None, "Ana Beto Caro"),
    ]
    for field, operator, value, names in expected:
        assert found_by(api, where(field, operator, value)) == names.split(), (field, operator, value)
    either = {"any": [where("lifecycle_stage", "=", "customer"), where("phone", "is_not_null")]}
    assert found_by(api, either) == ["Beto", "Caro"]
    assert found_by(api, either, where("city", "=", "Guadalajara")) == ["Beto"]
    assert found_by(api) == []


@pytest.mark.parametrize(
    ("conditions", "place"),
    [
        ([where("password", "=", "x")], "conditions.0.field"),
        ([where("owner__password", "=", "x")], "conditions.0.field"),
        ([where("city", "regex", "x")], "conditions.0.operator"),
        ([where("city", "=", "Puebla"), where("city", "=", None)], "conditions.1.value"),
        ([where("lead_score", ">", "many")], "conditions.0.value"),
        ([where("lead_score", ">", "9" * 40)], "conditions.0.value"),
        ([where("created_at", "before", "yesterday")], "conditions.0.value"),
        ([where("created_at", "within_days", 0)], "conditions.0.value"),
        ([where("lifecycle_stage", "in", ["lead", "nobody"])], "conditions.0.value.1"),
        ([where("city", "in", [])], "conditions.0.value"),
        ([{"any": []}], "conditions.0"),
        ([{"any": [{"all": [where("city", "is_null")]}]}], "conditions.0.any.0"),
        ([{"any": [where("city", "is_null"), where("x", "=", 1)]}], "conditions.0.any.1.field"),
        (["city"], "conditions.0"),
        ([where("city", "is_null")] * 21, "conditions"),
        ([{"any": [where("city", "is_null")] * 15}, {"any": [where("city", "is_null")] * 15}], "conditions"),
        ("city", "conditions"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(api: Api, conditions: Any, place: str) -> None:
    with untouched():
        for answer in (
            api.post("/segments", {"name": "X", "type": "dynamic", "conditions": conditions}),
            api.post("/segments/preview", {"conditions": conditions}),
        ):
            assert answer.status == 422
            assert list(answer.errors) == [place]


BEYOND = 10**12
NOBODY_FITS = [
    where("lead_score", "=", BEYOND), where("lead_score", "=", -BEYOND), where("lead_score", ">", BEYOND),
    where("lead_score", ">=", BEYOND), where("lead_score", "<", -BEYOND), where("lead_score", "in", [BEYOND]),
    where("lead_score", "=", 1.5), where("won_deals_count", "=", BEYOND), where("won_amount", ">", BEYOND),
    where("owner_id", "=", BEYOND), where("company_annual_revenue", ">", BEYOND),
    where("custom_fields.hijos", "=", BEYOND),
]  # fmt: skip
ALL_FIT = [
    where("lead_score", "!=", BEYOND), where("lead_score", "<", BEYOND), where("lead_score", "<=", BEYOND),
    where("lead_score", ">", -BEYOND), where("lead_score", "not_in", [BEYOND]), where("won_amount", "<", BEYOND),
    where("won_deals_count", "!=", BEYOND), where("owner_id", "not_in", [BEYOND]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "count"), [*((row, 0) for row in NOBODY_FITS), *((row, 3) for row in ALL_FIT)], ids=str
)
def test_numbers_beyond_their_column_are_compared_like_others(api: Api, condition: Any, count: int) -> None:
    make_contacts(api)
    assert len(found_by(api, condition)) == count
    made = api.post("/segments", {"name": "X", "type": "dynamic", "conditions": [condition]})
    assert (made.status, made.data["member_count"]) == (201, count)
    assert len(api.get(f"/segments/{made.data['id']}/contacts").data) == count
    draft = {"name": "Y", "subject": "Z", "content": "<p>Hola</p>", "segment_id": made.data["id"]}
    campaign = api.post("/campaigns", draft).data["id"]
    sent = api.post(f"/campaigns/{campaign}/send", {})
    assert sent.status == (200 if count else 422)


def test_a_count_is_always_that_of_now(api: Api, alfa: TestTenant) -> None:
    ids = make_contacts(api)
    segment = api.post("/segments", {"name": "X", "type": "dynamic", "conditions": LEADS}).data
    assert segment["member_count"] == 1
    place = f"/segments/{segment['id']}"
    api.put(f"/contacts/{ids['Beto']}", {"lifecycle_stage": "lead"})
    assert api.get(place).data["member_count"] == 2
    assert [row["member_count"] for row in api.get("/segments").data] == [2]
    api.delete(f"/contacts/{ids['Ana']}")
    assert api.get(place).data["member_count"] == 1
    assert [row["id"] for row in api.get(f"{place}/contacts").data] == [ids["Beto"]]
    with_deal = api.post(
        "/segments", {"name": "Y", "type": "dynamic", "conditions": [where("won_amount", ">", 0)]}
    ).data
    assert with_deal["member_count"] == 0
    stage = Stage.objects.filter(type="won").first()
    assert stage is not None
    deal = Deal.objects.create(name="D", pipeline_id=stage.pipeline_id, stage=stage, amount=5)
    DealContact.objects.create(deal=deal, contact_id=ids["Beto"])
    api.put(f"/deals/{deal.pk}", {"name": "D2"})  # a write that the tally sees
    assert api.get(f"/segments/{with_deal['id']}").data["member_count"] == 1


def test_without_conditions_a_dynamic_segment_has_nobody(api: Api) -> None:
    make_contacts(api)
    empty = api.post("/segments", {"name": "X", "type": "dynamic"}).data
    assert (empty["member_count"], empty["conditions"]) == (0, [])
    assert api.get(f"/segments/{empty['id']}/contacts").data == []


def test_members_are_put_in_and_taken_out(api: Api) -> None:
    ids = list(make_contacts(api).values())
    made = api.post("/segments", {"name": "X", "type": "static", "contact_ids": ids[:1]})
    place = f"/segments/{made.data['id']}"
    assert made.data["member_count"] == 1
    assert api.post(f"{place}/contacts", {"contact_ids": ids}).data["member_count"] == 3
    with untouched():
        assert api.post(f"{place}/contacts", {"contact_ids": ids}).data["member_count"] == 3
        missing = api.post(f"{place}/contacts", {"contact_ids": [ids[0], 999999]})
    assert list(missing.errors) == ["contact_ids.1"]
    assert api.call("DELETE", f"{place}/contacts", {"contact_ids": ids[:2]}).data["member_count"] == 1
    assert api.put(place, {"contact_ids": ids[:2]}).data["member_count"] == 2
    assert [row["id"] for row in api.get(f"{place}/contacts").data] == [ids[1], ids[0]]
    api.post(f"/contacts/{ids[2]}/merge", {"contact_id": ids[0]})
    assert sorted(row["id"] for row in api.get(f"{place}/contacts").data) == [ids[1], ids[2]]


def test_each_kind_refuses_what_the_other_has(api: Api) -> None:
    contact = api.post("/contacts", {"first_name": "Ana"}).data["id"]
    dynamic = api.post("/segments", {"name": "X", "type": "dynamic", "conditions": LEADS}).data["id"]
    with untouched():
        for body, field in (
            ({"name": "X", "type": "static", "conditions": LEADS}, "conditions"),
            ({"name": "X", "type": "dynamic", "contact_ids": [contact]}, "contact_ids"),
            ({"name": "X", "type": "other"}, "type"),
        ):
            assert list(api.post("/segments", body).errors) == [field]
        assert list(api.put(f"/segments/{dynamic}", {"type": "static"}).errors) == ["type"]
        assert list(api.post(f"/segments/{dynamic}/contacts", {"contact_ids": [contact]}).errors) == ["contact_ids"]


def test_a_segment_that_a_campaign_waits_for_stays(api: Api) -> None:
    pk = api.post("/segments", {"name": "X", "type": "dynamic", "conditions": LEADS}).data["id"]
    campaign = Campaign.objects.create(name="C", segment_id=pk, status=CampaignStatus.SCHEDULED)
    with untouched():
        assert set(api.delete(f"/segments/{pk}").errors) == {"campaigns"}
    Campaign.objects.filter(pk=campaign.pk).update(status=CampaignStatus.SENT)
    assert api.delete(f"/segments/{pk}").status == 200


def test_why_somebody_is_in_it_or_not(api: Api) -> None:
    ids = make_contacts(api)
    pk = api.post("/segments", {"name": "X", "type": "dynamic", "conditions": LEADS}).data["id"]
    ana = api.get(f"/segments/{pk}/contacts/{ids['Ana']}/why").data
    beto = api.get(f"/segments/{pk}/contacts/{ids['Beto']}/why").data
    assert (ana["member"], [each["holds"] for each in ana["conditions"]]) == (True, [True, True])
    assert (beto["member"], [each["holds"] for each in beto["conditions"]]) == (False, [False, True])
    assert beto["conditions"][0]["seen"] == "customer"
    assert api.get(f"/segments/{pk}/contacts/999999/why").status == 404


def test_a_page_of_segments_costs_the_same_however_many(api: Api) -> None:
    def make(number: int) -> None:
        conditions = [where("city", "=", f"Ciudad {number}")]
        assert api.post("/segments", {"name": "X", "type": "dynamic", "conditions": conditions}).status == 201

    make(1)
    api.get("/segments")
    one = len(statements_of(lambda: api.get("/segments")))
    for number in range(20):
        make(number + 2)
    api.post("/contacts", {"first_name": "Ana", "city": "Ciudad 3"})
    many = len(statements_of(lambda: api.get("/segments", per_page=100)))
    assert many <= one + 1  # one statement counts them all


def test_the_fields_are_named_for_those_who_build(api: Api) -> None:
    fields = {field["name"]: field for field in api.get("/segments/fields").data}
    assert fields["lifecycle_stage"]["choices"][0] == "lead"
    assert "within_days" in fields["created_at"]["operators"]
    assert fields["custom_fields.*"]["kind"] == "custom"
    assert Segment.objects.count() == 0
    assert Contact.objects.count() == 0
