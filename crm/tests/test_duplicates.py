"""Duplicates over HTTP: groups of contacts that share an e-mail address or a phone."""

from typing import Any

import pytest

from crm.models import Contact
from crm.queries_duplicates import MOST_IN_GROUP
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, same_next_ids

PATH = "/contacts/duplicates"


def make(api: Api, *keys: str, **values: Any) -> int:
    """A contact with these e-mail addresses and phones."""
    emails = [{"email": key} for key in keys if "@" in key]
    phones = [{"phone": key} for key in keys if "@" not in key]
    made = api.post("/contacts", {"first_name": "Ana", "emails": emails, "phones": phones, **values})
    assert made.status == 201, made
    row_id: int = made.data["id"]
    return row_id


def groups(api: Api, **query: Any) -> list[tuple[str, str, list[int]]]:
    answer = api.get(PATH, **query)
    assert answer.status == 200, answer
    assert all(group["count"] == len(group["contacts"]) for group in answer.data)
    return [(group["key"], group["reason"], [row["id"] for row in group["contacts"]]) for group in answer.data]


def test_groups_by_address_and_by_phone(api: Api) -> None:
    first = make(api, "Ana@x.mx", "55 1234 5678")
    second = make(api, "ana@X.mx")
    third = make(api, "+521 55 1234 5678", "otra@x.mx")
    make(api, "nadie@x.mx", "81 8765 4321", "+52 81 8765 4321")  # one phone written twice is one person's
    make(api)
    assert groups(api) == [
        ("p:525512345678", "phone", [third, first]),
        ("e:ana@x.mx", "email", [second, first]),
    ]  # fmt: skip


def test_name_counts_within_a_company_alone(api: Api) -> None:
    one, two = (api.post("/companies", {"name": name}).data["id"] for name in "AB")
    first = make(api, first_name="José", last_name="Núñez Paz", company_id=one)
    make(api, first_name="José", last_name="Núñez Paz", company_id=two)
    make(api, first_name="José", last_name="Núñez Paz")
    make(api, first_name="José", company_id=one)
    again = api.post("/contacts", {"first_name": "jose", "last_name": "NUNEZ  paz", "company_id": one})
    assert again.json["meta"]["possible_duplicates"] == [first]
    assert groups(api) == [(f"n:{one}:jose nunez paz", "name", [again.data["id"], first])]
    api.put(f"/contacts/{first}", {"company_id": two})
    assert [key for key, _reason, _ids in groups(api)] == [f"n:{two}:jose nunez paz"]


def test_contacts_are_the_usual_rows(api: Api) -> None:
    ids = [make(api, "ana@x.mx", city=f"C{number}", custom_fields={"a": number}) for number in range(3)]
    (group,) = api.get(PATH).data
    assert set(group) == {"key", "reason", "count", "contacts"}
    assert group["contacts"] == [api.get(f"/contacts/{row_id}").data for row_id in reversed(ids)]


def test_envelope_and_pages(api: Api) -> None:
    assert api.get(PATH).json["data"] == []
    assert api.get(PATH).json["meta"]["total"] == 0
    for number in range(5):
        make(api, f"n{number}@x.mx")
    for number in (3, 0, 4, 1, 2):
        make(api, f"n{number}@x.mx")
    seen = []
    for page in (1, 2, 3):
        answer = api.get(PATH, page=page, per_page=2)
        assert answer.json["meta"] == {
            "current_page": page, "from": 2 * page - 1, "last_page": 3, "per_page": 2, "to": min(2 * page, 5),
            "total": 5, "path": f"http://testserver/api/v1{PATH}",
        }  # fmt: skip
        assert set(answer.json["links"]) == {"first", "last", "prev", "next"}
        seen += [group["key"] for group in answer.data]
    assert seen == ["e:n2@x.mx", "e:n1@x.mx", "e:n4@x.mx", "e:n0@x.mx", "e:n3@x.mx"]
    past = api.get(PATH, page=9)
    assert (past.data, past.json["meta"]["total"], past.json["meta"]["from"]) == ([], 5, None)
    assert set(api.get(PATH, page="x").errors) == {"page"}


def test_deleted_and_changed_contacts_leave_their_groups(api: Api) -> None:
    ids = [make(api, "ana@x.mx") for _number in range(3)]
    api.delete(f"/contacts/{ids[0]}")
    assert groups(api) == [("e:ana@x.mx", "email", [ids[2], ids[1]])]
    api.put(f"/contacts/{ids[1]}", {"emails": []})
    assert groups(api) == []


def test_large_group_shows_its_newest(api: Api, alfa: TestTenant) -> None:
    rows = [Contact(first_name="Ana", match_keys=["p:525500000000"]) for _number in range(MOST_IN_GROUP + 15)]
    ids = sorted((row.pk for row in Contact.objects.bulk_create(rows)), reverse=True)
    (group,) = api.get(PATH).data
    assert (group["count"], [row["id"] for row in group["contacts"]]) == (len(ids), ids[:MOST_IN_GROUP])


def test_everybody_may_look(sales: Api, manager: Api, viewer: Api, anonymous: Api, api: Api) -> None:
    pair = [make(api, "ana@x.mx") for _number in range(2)]
    for who in (sales, manager, viewer):
        assert groups(who) == [("e:ana@x.mx", "email", pair[::-1])]
    assert anonymous.get(PATH).status == 401
    assert api.post(PATH, {}).status == 405


def test_own_records_only_where_the_tenant_says_so(api: Api, sales: Api, alfa: TestTenant) -> None:
    mine, other = alfa.users["sales"], alfa.users["admin"]
    make(api, "ana@x.mx", owner_id=other)
    make(api, "eva@x.mx", owner_id=other)
    make(api, "eva@x.mx", owner_id=other)
    make(api, "ana@x.mx", owner_id=mine)
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    try:
        assert groups(sales) == []
        assert [key for key, _reason, _ids in groups(api)] == ["e:ana@x.mx", "e:eva@x.mx"]
        again = make(api, "ana@x.mx", owner_id=mine)
        (group,) = groups(sales)
        assert (group[0], len(group[2]), group[2][0]) == ("e:ana@x.mx", 2, again)
        assert sales.get(PATH).json["meta"]["total"] == 1
        named = sales.post("/contacts", {"first_name": "Ana", "emails": [{"email": "ana@x.mx"}]})
        assert named.json["meta"]["possible_duplicates"] == group[2][::-1]
    finally:
        alfa.row.settings = {}


def test_other_tenants_contacts_are_in_no_group(api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant) -> None:
    same_next_ids(["crm_contact"], alfa, beta)
    make(api, "ana@x.mx", city="Ours")
    make(stranger, "ana@x.mx", city="Theirs")
    assert groups(api) == groups(stranger) == []
    make(stranger, "ana@x.mx", city="Theirs")
    assert groups(api) == []
    assert {row["city"] for row in stranger.get(PATH).data[0]["contacts"]} == {"Theirs"}


@pytest.mark.parametrize("per_page", [1, 100])
def test_statements_do_not_grow_with_rows(api: Api, per_page: int) -> None:
    for number in range(12):
        make(api, f"n{number % 6}@x.mx")
    api.get(PATH, per_page=per_page)
    assert len(statements_of(lambda: api.get(PATH, per_page=per_page))) == 2  # the token's and its own
