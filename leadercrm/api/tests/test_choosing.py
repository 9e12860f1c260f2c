"""`fields`, `include`, `updated_since`: a client reads what it needs, and no more."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crm.models import Contact
from leadercrm.api.tests.crm_operations import COMPANY, CONTACT, DEAL
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant


def a_contact(api: Api, **values: Any) -> int:
    return int(api.post("/contacts", {**CONTACT, **values}).data["id"])


def test_a_row_has_the_keys_that_are_asked_for(api: Api) -> None:
    contact = a_contact(api, first_name="Ana")
    assert api.get("/contacts", fields="first_name,id").data == [{"id": contact, "first_name": "Ana"}]
    assert api.get(f"/contacts/{contact}", fields=" id , city").data == {"id": contact, "city": "E"}


def test_an_unknown_key_is_refused_with_the_known_ones(api: Api) -> None:
    refused = api.get("/contacts", fields="id,nombre")
    assert refused.status == 422
    assert "nombre" in refused.errors["fields"][0]
    assert "first_name" in refused.errors["fields"][0]
    assert api.get("/contacts", include="invoices").status == 422


def test_related_rows_come_with_a_row(api: Api) -> None:
    company = api.post("/companies", COMPANY).data["id"]
    contact = a_contact(api, company_id=company)
    notes = [api.post(f"/contacts/{contact}/notes", {"body": body}).data["id"] for body in "AB"]
    deal = api.post("/deals", {**DEAL, "contact_ids": [contact]}).data["id"]
    row = api.get(f"/contacts/{contact}", include="company,notes,deals,activities").data
    assert row["company"]["id"] == company
    assert [note["id"] for note in row["notes"]] == notes[::-1]
    assert [one["id"] for one in row["deals"]] == [deal]
    assert row["activities"] == []


def test_chosen_keys_and_related_rows_go_together(api: Api) -> None:
    contact = a_contact(api)
    assert api.get("/contacts", fields="id", include="company").data == [{"id": contact, "company": None}]


def test_a_quote_brings_its_contact(api: Api) -> None:
    contact = a_contact(api)
    line = {"description": "A", "quantity": 1, "unit_price": 1}
    quote = api.post("/quotes", {"contact_id": contact, "title": "A", "items": [line]}).data["id"]
    assert api.get(f"/quotes/{quote}", include="contact,deal").data["contact"]["id"] == contact


def test_related_rows_that_one_may_not_see_are_not_there(sales: Api, api: Api, alfa: TestTenant) -> None:
    alfa.row.settings = {**alfa.row.settings, "records_visible": "own"}
    alfa.row.save(update_fields=["settings"])
    company = api.post("/companies", COMPANY).data["id"]
    contact = a_contact(sales, company_id=company, owner_id=alfa.users["sales"])
    assert sales.get(f"/contacts/{contact}", include="company").data["company"] is None


def test_statements_do_not_grow_with_rows(api: Api) -> None:
    def read() -> None:
        api.get("/contacts", include="company,notes", per_page=100)

    company = api.post("/companies", COMPANY).data["id"]
    contacts = [a_contact(api, company_id=company)]
    api.post(f"/contacts/{contacts[0]}/notes", {"body": "A"})
    read()
    one = statements_of(read)
    for _number in range(20):
        contacts.append(a_contact(api, company_id=company))
        api.post(f"/contacts/{contacts[-1]}/notes", {"body": "A"})
    assert len(statements_of(read)) == len(one) <= 6


def test_only_what_was_written_since(api: Api) -> None:
    old, new = a_contact(api), a_contact(api)
    Contact.objects.filter(pk=old).update(updated_at=datetime(2024, 1, 1, tzinfo=UTC))
    found = api.get("/contacts", updated_since="2025-01-01T00:00:00Z")
    assert ([row["id"] for row in found.data], found.json["meta"]["total"]) == ([new], 1)
    assert len(api.get("/contacts", updated_since="2024-01-01T00:00:00+00:00").data) == 2
    assert len(api.get("/contacts", updated_since="2024-01-01").data) == 2


@pytest.mark.parametrize("value", ["yesterday", "2024-13-01", "2024-01-01T25:00:00Z", "\x00", "9" * 400])
def test_what_is_no_moment_is_refused(api: Api, value: str) -> None:
    assert "updated_since" in api.get("/contacts", updated_since=value).errors
