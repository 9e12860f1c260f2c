"""Companies that are there twice, over HTTP: found, merged, taken apart."""

from typing import Any

import pytest

from billing.models import Quote
from crm.models import Activity, Address, Company, CompanyMerge, Contact, Deal
from crm.tests.test_merging import EXCEPTED
from leadercrm.core import tally
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, same_next_ids, visiting

MOVING = (Contact, Deal, Activity, Quote)


def make(api: Api, name: str = "Soluciones", **values: Any) -> int:
    made = api.post("/companies", {"name": name, **values})
    assert made.status == 201, made
    row_id: int = made.data["id"]
    return row_id


def merge(api: Api, survivor: int, loser: int, fields: dict[str, str] | None = None) -> Answer:
    return api.post(f"/companies/{survivor}/merge", {"company_id": loser, **({"fields": fields} if fields else {})})


def undo(api: Api, survivor: int, merge_id: int | None = None) -> Answer:
    return api.post(f"/companies/{survivor}/merge/undo", {} if merge_id is None else {"merge_id": merge_id})


def groups(api: Api, **query: Any) -> list[tuple[str, str, list[int]]]:
    answer = api.get("/companies/duplicates", **query)
    assert answer.status == 200, answer
    return [(group["key"], group["reason"], [row["id"] for row in group["companies"]]) for group in answer.data]


def stored() -> list[Any]:
    """Companies, and whatever points at them, as they are stored, but for when they were last written."""
    rows = [
        {name: value for name, value in row.items() if name not in EXCEPTED}
        for model in (Company, *MOVING)
        for row in model.with_deleted.order_by("pk").values()
    ]
    return [*rows, *Address.objects.order_by("pk").values()]


@pytest.fixture
def pair(api: Api, alfa: TestTenant) -> tuple[int, int]:
    """Two companies; the second has a contact, a deal, an activity and a quote, and both have an address."""
    survivor = make(api, "Soluciones SA de CV", tax_id="SOL010101AA1", phone="55 1234 5678")
    loser = make(api, "Soluciones", domain="soluciones.mx", annual_revenue="1250000.50", phone="81 1111 2222")
    contact = api.post("/contacts", {"first_name": "Ana", "last_name": "Gil", "company_id": loser}).data["id"]
    api.post("/deals", {"name": "Licencias", "company_id": loser, "pipeline_id": 1, "stage_id": 1})
    target = {"activitable_type": r"App\Models\Company", "activitable_id": str(loser)}
    api.post("/activities", {"subject": "Llamar", "type": "call", **target})
    line = {"description": "Licencia", "quantity": 1, "unit_price": 100}
    quote = api.post("/quotes", {"contact_id": contact, "items": [line]})
    assert quote.data["company_id"] == loser
    for company_id in (survivor, loser):
        Address.objects.create(company_id=company_id, street=f"Calle {company_id}")
    return survivor, loser


# --- finding


def test_companies_are_alike_by_rfc_domain_and_name(api: Api) -> None:
    first = make(api, "Uno", tax_id="UNO010101AA1", domain="https://www.uno.mx")
    second = make(api, "Dos", tax_id="uno-010101-aa1")
    third = make(api, "Tres", email="ventas@uno.mx")
    fourth, fifth = make(api, "Cuatro, S.A. de C.V."), make(api, "cuatro")
    for name in ("Cinco", "Seis"):
        make(api, name, tax_id="XAXX010101000", email=f"{name}@gmail.com")
    assert groups(api) == [
        ("n:cuatro", "name", [fifth, fourth]),
        ("d:uno.mx", "domain", [third, first]),
        ("t:UNO010101AA1", "tax_id", [second, first]),
    ]  # fmt: skip
    api.put(f"/companies/{third}", {"email": None})
    api.delete(f"/companies/{second}")
    assert [key for key, _reason, _ids in groups(api)] == ["n:cuatro"]


def test_groups_hold_the_usual_rows_by_pages(api: Api) -> None:
    ids = [make(api, f"Casa {number % 2}") for number in range(4)]
    answer = api.get("/companies/duplicates", per_page=1, page=2)
    assert answer.json["meta"]["total"] == 2
    (group,) = answer.data
    assert set(group) == {"key", "reason", "count", "companies"}
    assert group["companies"] == [api.get(f"/companies/{row_id}").data for row_id in (ids[2], ids[0])]
    assert api.post("/companies/duplicates", {}).status == 405


def test_finding_costs_the_same_however_many(api: Api) -> None:
    for number in range(12):
        make(api, f"Casa {number % 6}")
    counts = []
    for per_page in (1, 100):
        api.get("/companies/duplicates", per_page=per_page)
        counts.append(len(statements_of(lambda: api.get("/companies/duplicates", per_page=per_page))))  # noqa: B023
    assert counts == [2, 2]  # the token's and its own


def test_own_records_only_where_the_tenant_says_so(api: Api, sales: Api, alfa: TestTenant) -> None:
    for role in ("admin", "sales"):
        make(api, owner_id=alfa.users[role])
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    try:
        assert (len(groups(api)), groups(sales)) == (1, [])
    finally:
        alfa.row.settings = {}


# --- merging


def test_merge_unites_both_and_all_that_is_theirs(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    before = api.get(f"/companies/{survivor}").data
    answer = merge(api, survivor, loser)
    assert answer.status == 200, answer
    changed = {"domain": "soluciones.mx", "annual_revenue": 1250000.5, "contacts_count": 1}
    assert answer.data == {**before, **changed, "updated_at": answer.data["updated_at"]}
    assert answer.json["meta"] == {"merge_id": CompanyMerge.objects.get().pk}
    assert api.get(f"/companies/{loser}").status == 404
    assert [model.objects.get().company_id for model in MOVING] == [survivor] * len(MOVING)
    assert Quote.objects.get().company_name == "Soluciones"  # as it was made out
    assert [row.company_id for row in Address.objects.all()] == [survivor]
    assert Contact.objects.get().match_keys == [f"n:{survivor}:ana gil"]
    (contact,) = api.get("/contacts", company_id=survivor).data
    assert contact["company_name"] == "Soluciones SA de CV"


def test_whoever_follows_changes_sees_what_moved(api: Api, pair: tuple[int, int]) -> None:
    since = api.get("/contacts").data[0]["updated_at"]
    merge(api, *pair)
    for path in ("/contacts", "/deals", "/activities", "/quotes"):
        assert api.get(path).data[0]["updated_at"] > since


def test_fields_choose_a_side(api: Api, pair: tuple[int, int]) -> None:
    data = merge(api, *pair, {"name": "loser", "tax_id": "loser", "phone": "survivor", "domain": "survivor"}).data
    assert (data["name"], data["tax_id"]) == ("Soluciones", None)
    assert (data["phone"], data["domain"]) == ("55 1234 5678", None)


def test_undo_restores_every_row(api: Api, pair: tuple[int, int]) -> None:
    before, counted = stored(), tally.read("crm.company")[1]
    merge_id = merge(api, *pair, {"name": "loser", "phone": "loser"}).json["meta"]["merge_id"]
    assert stored() != before
    answer = undo(api, pair[0])
    assert (answer.status, answer.json["meta"]) == (200, {"merge_id": merge_id})
    assert stored() == before
    assert tally.read("crm.company")[1] == counted == api.get("/companies").json["meta"]["total"]
    with untouched():
        assert undo(api, pair[0], merge_id).json["code"] == "already_undone"


def test_both_companies_are_audited(api: Api, pair: tuple[int, int]) -> None:
    merge_id = merge(api, *pair).json["meta"]["merge_id"]
    undo(api, pair[0])
    entries = AuditEntry.objects.filter(object_type="crm.company", changes__merge_id=merge_id).order_by("pk")
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("company.merged", pair[0]), ("company.deleted", pair[1]),
        ("company.unmerged", pair[0]), ("company.unmerged", pair[1]),
    ]  # fmt: skip


def test_one_that_was_merged_comes_back_by_the_undo_alone(api: Api, pair: tuple[int, int]) -> None:
    merge(api, *pair)
    with untouched():
        answer = api.post(f"/companies/{pair[1]}/restore")
        assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "merged", {"merge_id"})


def test_what_is_newer_stands_against_the_undo(api: Api, pair: tuple[int, int]) -> None:
    merge(api, *pair)
    contact = Contact.objects.get().pk
    api.put(f"/contacts/{contact}", {"company_id": None})
    api.put(f"/companies/{pair[0]}", {"domain": "otra.mx", "industry": "Software"})
    with untouched():
        answer = undo(api, pair[0])
    assert (answer.status, answer.json["code"]) == (422, "undo_conflict")
    assert str(answer.errors["merge_id"][0]).endswith(f": crm.contact {contact}, survivor.domain.")
    api.put(f"/contacts/{contact}", {"company_id": pair[0]})
    api.put(f"/companies/{pair[0]}", {"domain": "soluciones.mx"})
    assert (undo(api, pair[0]).status, api.get(f"/companies/{pair[0]}").data["industry"]) == (200, "Software")


def test_merges_of_contacts_and_of_companies_are_undone_in_reverse(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    twin = api.post("/contacts", {"first_name": "Ana", "last_name": "Gil", "company_id": survivor}).data["id"]
    ana, before = Contact.objects.get(company_id=loser).pk, stored()
    assert api.post(f"/contacts/{ana}/merge", {"contact_id": twin, "fields": {"company_id": "loser"}}).status == 200
    assert merge(api, loser, survivor).status == 200
    with untouched():
        assert api.post(f"/contacts/{ana}/merge/undo", {}).json["code"] == "undo_conflict"
    assert undo(api, loser).status == 200
    assert api.post(f"/contacts/{ana}/merge/undo", {}).status == 200
    assert stored() == before


def test_what_cannot_be_merged(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    gone = make(api)
    api.delete(f"/companies/{gone}")
    with untouched():
        for company_id in (survivor, gone, 999999, 2**63 - 1):
            answer = merge(api, survivor, company_id)
            assert (answer.status, set(answer.errors)) == (422, {"company_id"}), answer
        for body in ({}, {"company_id": None}, {"company_id": "x"}, {"contact_id": loser}):
            assert set(api.post(f"/companies/{survivor}/merge", body).errors) == {"company_id"}
        wrong: list[Any] = [{"emails": "loser"}, {"search": "loser"}, []]
        for fields in wrong:
            answer = api.post(f"/companies/{survivor}/merge", {"company_id": loser, "fields": fields})
            assert (answer.status, set(answer.errors)) == (422, {"fields"}), answer
        for row_id in (gone, 999999, 2**63):
            assert merge(api, row_id, loser).status == undo(api, row_id).status == 404
        assert undo(api, survivor).status == 422


# --- who may


def test_another_tenants_companies(api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant) -> None:
    same_next_ids(["crm_company", "crm_companymerge"], alfa, beta)
    ours = [make(api, "Nuestra") for _number in range(2)]
    theirs = [make(stranger, "Suya") for _number in range(3)]
    assert theirs[:2] == ours
    with untouched():  # Alfa is bound here: these are its tables
        assert merge(stranger, theirs[0], theirs[1]).data["name"] == "Suya"
    with untouched():
        assert set(merge(api, ours[0], theirs[2]).errors) == {"company_id"}
        assert undo(api, ours[0]).status == 422
    assert [key for key, _reason, _ids in groups(api)] == ["n:nuestra"]
    with visiting(beta):
        before = stored()
    assert merge(api, ours[0], ours[1]).status == 200
    with visiting(beta):
        assert stored() == before


def test_idempotency_key(api: Api, pair: tuple[int, int]) -> None:
    key = {"Idempotency-Key": "merge-1"}
    calls = [api.post(f"/companies/{pair[0]}/merge", {"company_id": pair[1]}, headers=key) for _number in range(2)]
    assert [answer.status for answer in calls] == [200, 200]
    assert calls[0].response.content == calls[1].response.content
    assert CompanyMerge.objects.count() == 1
