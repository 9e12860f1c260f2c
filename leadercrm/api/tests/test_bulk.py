"""POST /bulk: many writes by one request."""

from typing import Any

import pytest

from crm.models import Contact
from leadercrm.api.tests.crm_operations import COMPANY, CONTACT
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token


def bulk(api: Api, *operations: dict[str, Any], query: str = "", **rest: Any) -> Answer:
    return api.post(f"/bulk{query}", {"operations": list(operations), **rest})


def creation(**values: Any) -> dict[str, Any]:
    return {"method": "POST", "path": "/contacts", "body": {**CONTACT, **values}}


def statuses(answer: Answer) -> list[int]:
    return [outcome["status"] for outcome in answer.data]


def test_each_operation_is_answered_as_if_it_had_come_alone(api: Api) -> None:
    contact = api.post("/contacts", CONTACT).data["id"]
    answer = bulk(
        api,
        {**creation(first_name="Ana"), "ref": "first"},
        {"method": "PUT", "path": f"contacts/{contact}", "body": {"city": "Saltillo"}},
        {"method": "POST", "path": "/api/v1/companies", "body": COMPANY},
        {"method": "DELETE", "path": f"/contacts/{contact}"},
    )
    assert (answer.status, statuses(answer)) == (200, [201, 200, 201, 200])
    assert answer.json["meta"] == {"succeeded": 4, "failed": 0}
    first = answer.data[0]
    assert (first["index"], first["ref"], first["body"]["data"]["first_name"]) == (0, "first", "Ana")
    assert api.get(f"/contacts/{contact}").status == 404


def test_one_that_is_refused_leaves_the_others_alone(api: Api) -> None:
    answer = bulk(
        api,
        creation(),
        creation(first_name=""),
        {"method": "PUT", "path": "/contacts/999999", "body": {}},
        {"method": "PUT", "path": "/contacts", "body": {}},
        creation(),
    )
    assert (answer.status, statuses(answer)) == (207, [201, 422, 404, 405, 201])
    assert "first_name" in answer.data[1]["body"]["errors"]
    assert answer.json["meta"] == {"succeeded": 2, "failed": 3}
    assert Contact.objects.count() == 2


def test_all_or_none(api: Api) -> None:
    with untouched():
        refused = bulk(api, creation(), creation(first_name=""), creation(), atomic=True)
    assert (refused.status, list(refused.errors)) == (422, ["operations.1.first_name"])
    assert statuses(bulk(api, creation(), creation(), atomic=True)) == [201, 201]


def test_a_trial_of_all_and_of_one(api: Api) -> None:
    with untouched():
        whole = bulk(api, creation(), creation(), query="?dry_run=true")
        single = bulk(api, {**creation(), "path": "/contacts?dry_run=true"})
    assert whole.json["dry_run"] is True
    assert [effect["action"] for effect in whole.json["effects"]] == ["contact.created"] * 2
    assert single.data[0]["body"]["dry_run"] is True


def test_a_version_that_was_seen_is_asked_for(api: Api) -> None:
    path = f"/contacts/{api.post('/contacts', CONTACT).data['id']}"
    seen = api.get(path).headers["ETag"]
    change = {"method": "PUT", "path": path, "if_match": seen}
    answer = bulk(api, {**change, "body": {"city": "A"}}, {**change, "body": {"city": "B"}})
    assert statuses(answer) == [200, 412]
    assert api.get(path).data["city"] == "A"


def test_a_key_makes_the_whole_once(api: Api) -> None:
    key = {"Idempotency-Key": "k"}
    body = {"operations": [creation(), creation(first_name="")]}
    first, again = (api.post("/bulk", body, headers=key) for _time in range(2))
    assert (first.status, again.status, again.headers["Idempotent-Replayed"]) == (207, 207, "true")
    assert again.json == first.json
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/auth/login", "/auth/register", "/bulk", "/nothing", "/openapi.json", "/../admin/", "//evil.mx/contacts",
        "/contactos-de-ñandú/\U0003178f?search=\U0003178f",
    ],
)  # fmt: skip
def test_only_what_needs_a_token_is_an_operation(api: Api, path: str) -> None:
    with untouched():
        assert statuses(bulk(api, {"method": "POST", "path": path, "body": {}})) == [404]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"operations": []}, {"operations": [creation()] * 101}, {"operations": [{"path": "/contacts"}]},
        {"operations": [{"method": "GET", "path": "/contacts"}]}, {"operations": [1]},
        {"operations": [{"method": "POST", "path": "/contacts", "body": "x"}]},
    ],
)  # fmt: skip
def test_what_is_no_list_of_writes_is_refused(api: Api, body: dict[str, Any]) -> None:
    with untouched():
        assert api.post("/bulk", body).status == 422


def test_a_role_reaches_as_far_as_by_single_requests(viewer: Api, alfa: TestTenant) -> None:
    reading = Api(make_token(alfa.users["admin"], read_only=True)[1])
    with untouched():
        assert statuses(bulk(viewer, creation())) == [403]
        assert bulk(reading, creation()).status == 403


def test_another_tenant_s_rows_are_not_there(api: Api, stranger: Api) -> None:
    foreign = stranger.post("/contacts", CONTACT).data["id"]
    change = {"method": "PUT", "path": f"/contacts/{foreign + 1000}", "body": {"city": "A"}}
    assert statuses(bulk(api, change)) == [404]


@pytest.mark.limits
def test_each_operation_counts_as_a_request(api: Api) -> None:
    left = int(api.get("/contacts").headers["X-RateLimit-Remaining"])
    answer = bulk(api, *[creation()] * 10)
    assert int(answer.headers["X-RateLimit-Remaining"]) == left - 10
