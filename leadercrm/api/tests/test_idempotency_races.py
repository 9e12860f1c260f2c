"""Idempotency under parallel load, on real commits, with the control that fails without the lock."""

import time
from typing import Any

import pytest

from crm.models import Contact
from leadercrm.core.api import idempotency
from leadercrm.core.models import AuditEntry, IdempotencyKey
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.parallel import in_parallel, meanwhile
from leadercrm.core.testing.tenants import PASSWORD, TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import AccessToken

KEY = {"Idempotency-Key": "race"}
REQUESTS = 20


@pytest.fixture(autouse=True)
def _wide_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody read the key's absence before anybody writes."""
    find = idempotency.TenantStore.find

    def slowly(store: idempotency.TenantStore, key: str) -> Any:
        found = find(store, key)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(idempotency.TenantStore, "find", slowly)


def race(tenant: TestTenant) -> list[Answer]:
    """Twenty identical requests at once."""

    def send() -> Answer:
        return Api(tenant.tokens["admin"]).post("/contacts", {"first_name": "Ana"}, headers=KEY)

    return in_parallel([send] * REQUESTS)


def judge(answers: list[Answer], tenant: TestTenant) -> list[str]:
    """What is wrong: an answer that is neither the first, nor its replay, nor a 409; a row too many."""
    fresh = [answer for answer in answers if answer.status == 201 and "Idempotent-Replayed" not in answer.headers]
    wrong = [repr(answer) for answer in answers if answer.status not in (201, 409)]
    if len(fresh) != 1:
        wrong.append(f"{len(fresh)} first answers")
    with bind(tenant.bound):
        rows = (Contact.objects.count(), AuditEntry.objects.count(), IdempotencyKey.objects.count())
    return wrong if rows == (1, 1, 1) else [*wrong, f"rows: {rows}"]


def test_parallel_requests_have_one_effect(live: TestTenant) -> None:
    answers = race(live)
    assert judge(answers, live) == []
    assert len({answer.response.content for answer in answers if answer.status == 201}) == 1
    assert {answer.json["code"] for answer in answers if answer.status == 409} <= {"idempotency_in_flight"}


def test_control_without_the_lock(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "try_lock", lambda *parts: True)
    assert judge(race(live), live) != []


def test_request_in_flight_is_a_409(live: TestTenant) -> None:
    api = Api(live.tokens["admin"])
    scope = f"{live.row.schema_name}/{live.users['admin']}"
    with meanwhile(live, lambda: idempotency.try_lock(scope, "race")):
        answer = api.post("/contacts", {"first_name": "Ana"}, headers=KEY)
        assert (answer.status, answer.json["code"]) == (409, "idempotency_in_flight")
        assert api.post("/contacts", {"first_name": "Eva"}, headers={"Idempotency-Key": "other"}).status == 201
    assert api.post("/contacts", {"first_name": "Ana"}, headers=KEY).status == 201


def test_parallel_logins_under_one_key_share_a_token(live: TestTenant) -> None:
    body = {"email": f"admin@{live.row.name.lower()}.example.com", "password": PASSWORD}
    before = AccessToken.objects.count()
    answers = in_parallel([lambda: Api().post("/auth/login", body, headers=KEY)] * 8)
    assert {answer.status for answer in answers} <= {200, 409}
    assert len({answer.json["token"] for answer in answers if answer.status == 200}) == 1
    assert AccessToken.objects.count() == before + 1
