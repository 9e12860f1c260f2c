"""Idempotency-Key over HTTP: one effect, one answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Contact
from leadercrm.api.tests.account_operations import REGISTRATION
from leadercrm.core.api import idempotency
from leadercrm.core.models import AuditEntry, IdempotencyKey
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, visiting
from leadercrm.tenancy.models import AccessToken, PublicIdempotencyKey, Tenant

BODY = {"first_name": "Ana"}
LOGIN = {"email": "admin@alfa.example.com", "password": PASSWORD}


def post(api: Api, path: str = "/contacts", body: Any = None, key: str = "k", **headers: str) -> Answer:
    return api.post(path, BODY if body is None else body, headers={"Idempotency-Key": key, **headers})


def assert_replay(first: Answer, second: Answer) -> None:
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (second.status, second.response.content) == (first.status, first.response.content)
    assert "Idempotent-Replayed" not in first.headers


def test_same_request_is_replayed(api: Api) -> None:
    first = post(api)
    with untouched():
        assert_replay(first, post(api))
        api.headers["Accept-Language"] = "en"
        assert_replay(first, post(api))
    assert Contact.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_replay_is_the_first_answer_even_if_the_row_has_changed(api: Api) -> None:
    first = post(api)
    api.delete(f"/contacts/{first.data['id']}")
    assert_replay(first, post(api))
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "body"), [("/contacts", {"first_name": "Eva"}), ("/companies", BODY), ("/contacts?a=1", BODY)]
)
def test_key_of_another_request_is_refused(api: Api, path: str, body: Any) -> None:
    post(api)
    with untouched():
        answer = post(api, path, body)
    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert set(answer.errors) == {"Idempotency-Key"}
    assert answer.json["hint"]


def test_other_keys_and_other_users_are_independent(api: Api, sales: Api, stranger: Api, beta: TestTenant) -> None:
    ids = {post(api).data["id"], post(api, key="K").data["id"], post(sales).data["id"]}
    assert len(ids) == Contact.objects.count() == 3
    assert "Idempotent-Replayed" not in post(stranger, body={"first_name": "Theirs"}).headers
    with visiting(beta):
        assert Contact.objects.get().first_name == "Theirs"


def test_refused_request_leaves_its_key_free(api: Api, viewer: Api) -> None:
    with untouched():
        assert post(api, body={}).status == 422
        assert post(api, "/contacts/999999/notes", {"body": "A"}).status == 404
        assert post(viewer).status == 403
    assert post(api).status == 201


def test_key_is_kept_for_a_day(api: Api) -> None:
    first = post(api)
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=23, minutes=59))
    assert_replay(first, post(api))
    IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    again = post(api, body={"first_name": "Eva"})
    assert (again.status, again.data["first_name"]) == (201, "Eva")
    assert_replay(again, post(api, body={"first_name": "Eva"}))


def test_other_methods_take_no_key(api: Api) -> None:
    path = f"/contacts/{post(api).data['id']}"
    for number in (1, 2):
        answer = api.put(path, {"city": str(number)}, headers={"Idempotency-Key": "k"})
        assert answer.data["city"] == str(number)
    assert IdempotencyKey.objects.count() == 1


def test_key_and_effect_are_one_transaction(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(idempotency.TenantStore, "keep", fail)
    with untouched(), pytest.raises(AssertionError, match="500"):
        post(api)
    monkeypatch.undo()
    monkeypatch.setattr("leadercrm.core.actions.tally.flush", fail)
    with untouched(), pytest.raises(AssertionError, match="500"):
        post(api)


# --- before a tenant is known


def test_login_is_replayed_with_the_same_working_token(alfa: TestTenant, anonymous: Api) -> None:
    tokens = AccessToken.objects.count()
    first = post(anonymous, "/auth/login", LOGIN)
    assert_replay(first, post(anonymous, "/auth/login", LOGIN))
    assert AccessToken.objects.count() == tokens + 1
    assert Api(first.json["token"]).get("/auth/me").status == 200
    stored = PublicIdempotencyKey.objects.get()
    assert first.json["token"].partition("|")[2] not in str(vars(stored))


def test_registration_is_replayed(anonymous: Api) -> None:
    first = post(anonymous, "/auth/register", REGISTRATION)
    assert first.status == 201, first
    claimed = Tenant.objects.filter(claimed_at__isnull=False).count()
    assert_replay(first, post(anonymous, "/auth/register", REGISTRATION))
    assert Tenant.objects.filter(claimed_at__isnull=False).count() == claimed
    assert Api(first.json["token"]).get("/auth/me").status == 200
    assert first.json["token"].partition("|")[2] not in str(vars(PublicIdempotencyKey.objects.get()))
    with untouched():
        other = post(anonymous, "/auth/register", {**REGISTRATION, "name": "Other"})
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


def test_strangers_may_number_their_requests_alike(alfa: TestTenant, anonymous: Api) -> None:
    first = post(anonymous, "/auth/login", LOGIN, key="1")
    other = post(anonymous, "/auth/login", {**LOGIN, "email": "admin@beta.example.com"}, key="1")
    assert (first.status, other.status) == (200, 200)
    assert first.json["user"]["id"] != other.json["user"]["id"]


def test_replay_needs_the_password(alfa: TestTenant, anonymous: Api) -> None:
    post(anonymous, "/auth/login", LOGIN)
    with untouched():
        assert post(anonymous, "/auth/login", {**LOGIN, "password": "guess"}).status == 422
        assert post(anonymous, "/auth/login", {**LOGIN, "password": "guess"}, key="new").status == 401
        assert post(anonymous, "/auth/register", {**REGISTRATION, "password": "short"}, key="r").status == 422


def test_public_keys_are_kept_for_a_day(alfa: TestTenant, anonymous: Api) -> None:
    first = post(anonymous, "/auth/login", LOGIN)
    PublicIdempotencyKey.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    again = post(anonymous, "/auth/login", LOGIN)
    assert "Idempotent-Replayed" not in again.headers
    assert again.json["token"].partition("|")[0] != first.json["token"].partition("|")[0]
