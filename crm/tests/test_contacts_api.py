"""Contacts over HTTP: what every resource does, and what is a contact's own."""

from typing import Any

import pytest

from crm.models import Contact
from leadercrm.accounts.models import Team, User
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant

OPTIONAL_TEXT = (str, type(None))
OPTIONAL_ID = (int, type(None))


class TestContacts(ResourceCase):
    path, routes, tables, text = "/contacts", ("contact-list", "contact-detail"), ("crm_contact",), "first_name"
    keys = {
        "id": (int,), "first_name": (str,), "last_name": OPTIONAL_TEXT, "full_name": (str,),
        "emails": (list,), "phones": (list,), "primary_email": OPTIONAL_TEXT, "primary_phone": OPTIONAL_TEXT,
        "job_title": OPTIONAL_TEXT, "company_id": OPTIONAL_ID, "company_name": OPTIONAL_TEXT,
        "lifecycle_stage": (str,), "lead_score": (int,), "owner_id": OPTIONAL_ID, "owner_name": OPTIONAL_TEXT,
        "source": OPTIONAL_TEXT, "city": OPTIONAL_TEXT, "country": OPTIONAL_TEXT, "custom_fields": (dict,),
        "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {
        "first_name": "Roberto", "last_name": "Hernández Ruiz",
        "emails": [{"email": "rhernandez@technogroup.mx"}, {"email": "r@casa.mx", "type": "home"}],
        "phones": [{"phone": "+52 81 8765 4321", "type": "office"}],
        "job_title": "Gerente de Compras", "lifecycle_stage": "lead", "source": "website",
        "city": "Guadalajara", "country": "México", "custom_fields": {"rfc": "GALM850101ABC", "n": [1, None, 2.5]},
    }  # fmt: skip
    change = {"lifecycle_stage": "customer", "job_title": "Directora General"}
    read_only = {"id": 77777, "lead_score": 99, "created_at": "2001-01-01T00:00:00.000000Z", "full_name": "Nobody"}
    query = {"lifecycle_stage": "lead", "search": "ñandú ruiz"[6:]}
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


def test_answer_is_derived_from_what_was_sent(api: Api, alfa: TestTenant) -> None:
    company = api.post("/companies", {"name": "Soluciones"}).data
    made = api.post("/contacts", {**TestContacts.body, "company_id": company["id"]}).data
    assert made["full_name"] == "Roberto Hernández Ruiz"
    assert (made["primary_email"], made["primary_phone"]) == ("rhernandez@technogroup.mx", "+52 81 8765 4321")
    assert (made["company_name"], made["owner_id"]) == ("Soluciones", alfa.users["admin"])
    assert made["owner_name"] == "Admin Alfa"


def test_smallest_contact(api: Api) -> None:
    made = api.post("/contacts", {"first_name": "Ana"}).data
    assert (made["full_name"], made["emails"], made["phones"], made["custom_fields"]) == ("Ana", [], [], {})
    assert (made["lifecycle_stage"], made["last_name"], made["primary_email"]) == ("lead", None, None)


def test_custom_fields_are_merged_by_key(api: Api) -> None:
    made = api.post("/contacts", {"first_name": "Ana", "custom_fields": {"a": 1, "b": "x", "gone": None}}).data
    assert made["custom_fields"] == {"a": 1, "b": "x"}
    path = f"/contacts/{made['id']}"
    assert api.put(path, {"custom_fields": {"b": None, "c": {"d": [True]}}}).data["custom_fields"] == {
        "a": 1, "c": {"d": [True]},
    }  # fmt: skip
    assert api.put(path, {"custom_fields": {}}).data["custom_fields"] == {"a": 1, "c": {"d": [True]}}
    with untouched():
        assert set(api.put(path, {"custom_fields": None}).errors) == {"custom_fields"}


@pytest.mark.parametrize("name", ["last_name", "job_title", "company_id", "owner_id", "source", "city", "country"])
def test_null_clears(api: Api, name: str) -> None:
    company = api.post("/companies", {"name": "Soluciones"}).data
    made = api.post("/contacts", {**TestContacts.body, "company_id": company["id"]}).data
    assert made[name] is not None
    assert api.put(f"/contacts/{made['id']}", {name: None}).data[name] is None


def test_addresses_are_replaced_as_a_whole(api: Api) -> None:
    path = f"/contacts/{api.post('/contacts', TestContacts.body).data['id']}"
    changed = api.put(path, {"emails": [{"email": "NUEVA@Ejemplo.MX", "type": None}], "phones": []}).data
    assert changed["emails"] == [{"email": "nueva@ejemplo.mx"}]
    assert (changed["phones"], changed["primary_phone"]) == ([], None)


def test_filters(api: Api, alfa: TestTenant) -> None:
    company = api.post("/companies", {"name": "Soluciones"}).data["id"]
    owner = alfa.users["sales"]
    wanted = api.post("/contacts", {
        "first_name": "A", "company_id": company, "owner_id": owner, "lifecycle_stage": "customer",
    }).data["id"]  # fmt: skip
    api.post("/contacts", {"first_name": "B"})
    for query in ({"company_id": company}, {"owner_id": owner}, {"lifecycle_stage": "customer"}):
        assert [row["id"] for row in api.get("/contacts", **query).data] == [wanted]
    assert api.get("/contacts", company_id=company, owner_id=owner, lifecycle_stage="lead").data == []
    for unknown in ("0", "999999", 2**63 - 1, 2**63, "9" * 30):
        assert api.get("/contacts", company_id=unknown).data == []
    assert api.get("/contacts", owner_id="").json["meta"]["total"] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("lifecycle_stage", "nope"), ("owner_id", "abc"), ("company_id", "-1"), ("company_id", "١"), ("owner_id", "1\n")],
)
def test_wrong_filter_is_refused(api: Api, name: str, value: str) -> None:
    answer = api.get("/contacts", **{name: value})
    assert (answer.status, set(answer.errors)) == (422, {name})
    if name == "lifecycle_stage":
        assert "prospect" in answer.errors[name][0]


def test_totals_stay_exact_while_rows_come_and_go(api: Api) -> None:
    made = [api.post("/contacts", {"first_name": f"N{number}"}).data["id"] for number in range(6)]
    for left, row_id in enumerate(made):
        for query in ({}, {"lifecycle_stage": "lead", "per_page": 2}):
            assert api.get("/contacts", **query).json["meta"]["total"] == 6 - left
        api.delete(f"/contacts/{row_id}")


def test_changes_are_recorded_with_before_and_after(api: Api, alfa: TestTenant) -> None:
    made = api.post("/contacts", {"first_name": "Ana", "city": "León"}).data
    api.put(f"/contacts/{made['id']}", {"city": "Mérida"})
    api.delete(f"/contacts/{made['id']}")
    entries = list(AuditEntry.objects.filter(object_type="crm.contact", object_id=made["id"]).order_by("id"))
    assert [entry.action for entry in entries] == ["contact.created", "contact.changed", "contact.deleted"]
    assert entries[1].changes == {"city": ["León", "Mérida"]}
    assert {(entry.via, entry.user_id, entry.ip) for entry in entries} == {("api", alfa.users["admin"], "127.0.0.1")}
    assert all(entry.token_id and entry.request_id for entry in entries)


def test_manager_acts_for_their_team_alone(api: Api, manager: Api, alfa: TestTenant) -> None:
    mine, other = Team.objects.create(name="Norte"), Team.objects.create(name="Sur")
    User.objects.filter(pk__in=[alfa.users["manager"], alfa.users["sales"]]).update(team=mine)
    User.objects.filter(pk=alfa.users["admin"]).update(team=other)
    statuses: dict[str, list[Any]] = {}
    for name, owner in (("team", alfa.users["sales"]), ("nobody", None), ("other", alfa.users["admin"])):
        path = f"/contacts/{api.post('/contacts', {'first_name': 'A', 'owner_id': owner}).data['id']}"
        statuses[name] = [manager.put(path, {"city": "León"}).status, manager.delete(path).status]
    assert statuses == {"team": [200, 200], "nobody": [200, 200], "other": [403, 403]}
    assert Contact.objects.get().city is None


def test_own_records_only_where_the_tenant_says_so(
    api: Api, manager: Api, sales: Api, viewer: Api, alfa: TestTenant
) -> None:
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    team = Team.objects.create(name="Norte")
    ids = {
        role: api.post("/contacts", {"first_name": role, "owner_id": alfa.users[role]}).data["id"]
        for role in ("admin", "manager", "sales")
    }

    def seen(who: Api) -> set[str]:
        listing = who.get("/contacts")
        assert listing.json["meta"]["total"] == len(listing.data)
        assert {role for role, row_id in ids.items() if who.get(f"/contacts/{row_id}").status == 200} == {
            row["first_name"] for row in listing.data
        }
        return {row["first_name"] for row in listing.data}

    assert seen(api) == seen(viewer) == seen(manager) == {"admin", "manager", "sales"}
    assert seen(sales) == {"sales"}
    User.objects.filter(pk=alfa.users["manager"]).update(team=team)
    assert seen(manager) == {"manager"}
    User.objects.filter(pk=alfa.users["sales"]).update(team=team)
    assert seen(manager) == {"manager", "sales"}
    with untouched():
        assert sales.put(f"/contacts/{ids['admin']}", {"city": "X"}).status == 404
    given = sales.put(f"/contacts/{ids['sales']}", {"owner_id": alfa.users["admin"]})
    assert (given.status, given.data["owner_id"]) == (200, alfa.users["admin"])
    assert seen(sales) == set()
    alfa.row.settings = {}
