"""PUT /contacts/upsert: found by an e-mail address, or made."""

from typing import Any

import pytest

from crm.actions import upserting
from crm.actions.contacts import create_contact
from crm.models import Contact
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel, met
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

ANA: dict[str, Any] = {"first_name": "Ana", "emails": [{"email": "ana@empresa.mx"}], "city": "Saltillo"}


def test_a_new_person_is_made(api: Api) -> None:
    answer = api.put("/contacts/upsert", ANA)
    assert (answer.status, answer.json["meta"]["created"], answer.data["city"]) == (201, True, "Saltillo")


def test_a_known_person_is_changed_in_what_is_sent(api: Api) -> None:
    phones = [{"phone": "81 1234 5678"}]
    made = api.post("/contacts", {**ANA, "phones": phones, "custom_fields": {"a": 1}}).data
    sent = {"emails": [{"email": "ANA@empresa.mx"}, {"email": "ana@casa.mx"}], "job_title": "Directora"}
    answer = api.put("/contacts/upsert", {**sent, "phones": [{"phone": "55 8765 4321"}], "custom_fields": {"b": 2}})
    assert (answer.status, answer.json["meta"]["created"], answer.data["id"]) == (200, False, made["id"])
    assert (answer.data["city"], answer.data["job_title"], answer.data["first_name"]) == (
        "Saltillo",
        "Directora",
        "Ana",
    )
    assert [entry["email"] for entry in answer.data["emails"]] == ["ana@empresa.mx", "ana@casa.mx"]
    assert [entry["phone"] for entry in answer.data["phones"]] == ["55 8765 4321", "81 1234 5678"]
    assert answer.data["custom_fields"] == {"a": 1, "b": 2}


def test_addresses_of_several_are_refused_by_name(api: Api) -> None:
    ids = [api.post("/contacts", ANA).data["id"] for _number in range(2)]
    with untouched():
        refused = api.put("/contacts/upsert", ANA)
    assert (refused.status, refused.json["code"]) == (422, "ambiguous")
    assert all(str(pk) in refused.errors["emails"][0] for pk in ids)


def test_what_finds_nobody_is_refused(api: Api) -> None:
    with untouched():
        assert "emails" in api.put("/contacts/upsert", {"first_name": "Ana"}).errors
        assert "first_name" in api.put("/contacts/upsert", {"emails": ANA["emails"]}).errors


def test_no_more_addresses_than_a_contact_may_have(api: Api) -> None:
    many = [{"email": f"a{number}@empresa.mx"} for number in range(20)]
    api.post("/contacts", {**ANA, "emails": many})
    with untouched():
        assert "emails" in api.put("/contacts/upsert", {"emails": [many[0], {"email": "new@empresa.mx"}]}).errors


def test_roles_reach_as_far_as_for_single_changes(api: Api, sales: Api, viewer: Api) -> None:
    api.post("/contacts", ANA)
    with untouched():
        assert viewer.put("/contacts/upsert", ANA).status == 403
        assert sales.put("/contacts/upsert", {**ANA, "city": "León"}).status == 403


def upserted_at_once(live: TestTenant) -> int:
    """How many contacts there are after five upserts of one new person at once."""
    in_parallel([lambda: Api(live.tokens["admin"]).put("/contacts/upsert", ANA)] * 5)
    with bind(live.bound):
        return Contact.objects.count()


def test_at_once_one_contact_is_made(live: TestTenant) -> None:
    assert upserted_at_once(live) == 1


def test_control_without_the_name_held_more_are(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upserting, "hold_names", lambda names: None)
    monkeypatch.setattr(upserting, "create_contact", met(5, create_contact))
    assert upserted_at_once(live) == 5
