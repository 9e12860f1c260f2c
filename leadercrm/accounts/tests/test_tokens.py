"""A user's own tokens over HTTP: made, listed, revoked; for reading alone; with an end."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.accounts.actions.sessions import log_out
from leadercrm.accounts.actions.tokens import MOST_TOKENS
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import ReadOnly
from leadercrm.core.models import AuditEntry, IdempotencyKey
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ABSENT_IDS, NO_IDS
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import secret_hash
from leadercrm.tenancy.models import AccessToken

PATH = "/auth/tokens"
KEYS = {"id", "name", "kind", "abilities", "is_current", "last_used_at", "expires_at", "created_at"} | {
    *("scopes", "agent_name", "addresses", "sends_per_day", "sends_today", "amount_per_day", "amount_today"),
}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_made_shown_once_and_revoked(alfa: TestTenant, role: str) -> None:
    me = Api(alfa.tokens[role])
    made = me.post(PATH, {"name": "Hoja de cálculo"})
    assert (made.status, set(made.data)) == (201, {*KEYS, "token"})
    assert re.fullmatch(rf"{made.data['id']}\|[A-Za-z0-9]{{42}}", made.data["token"])
    other = Api(made.data["token"])
    assert other.get("/auth/me").data["role"] == role
    listing = me.get(PATH)
    assert [(row["name"], row["is_current"]) for row in listing.data] == [("Hoja de cálculo", False), ("api", True)]
    assert {frozenset(row) for row in listing.data} == {frozenset(KEYS)}
    assert made.data["token"].partition("|")[2] not in str(listing.json)
    assert me.delete(f"{PATH}/{made.data['id']}").status == 200
    assert (other.get("/auth/me").status, me.get("/auth/me").status) == (401, 200)
    with untouched():
        assert me.delete(f"{PATH}/{made.data['id']}").status == 404
    entries = AuditEntry.objects.filter(object_type="tenancy.accesstoken").order_by("pk")
    assert [entry.action for entry in entries] == ["token.created", "token.revoked"]
    assert secret_hash(made.data["token"].partition("|")[2]) not in str([entry.changes for entry in entries])


def test_nobody_has_another_s(api: Api, sales: Api, stranger: Api) -> None:
    made = api.post(PATH, {"name": "A"}).data["id"]
    with untouched():
        for who in (sales, stranger):
            assert made not in [row["id"] for row in who.get(PATH).data]
            assert who.delete(f"{PATH}/{made}").status == 404
        for row_id in (*ABSENT_IDS, *NO_IDS):
            assert api.delete(f"{PATH}/{row_id}").status == 404


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, ["read", "write"]), ({"abilities": ["read"]}, ["read"]), ({"abilities": ["read", "read"]}, ["read"]),
        ({"abilities": ["write"]}, ["read", "write"]), ({"abilities": ["write", "read"]}, ["read", "write"]),
    ],
)  # fmt: skip
def test_abilities(api: Api, sent: dict[str, Any], kept: list[str]) -> None:
    made = api.post(PATH, {"name": "A", **sent}).data
    assert made["abilities"] == kept
    limited = Api(made["token"])
    assert limited.get("/contacts").status == 200
    assert limited.post("/contacts", {"first_name": "A"}).status == (201 if "write" in kept else 403)


def test_every_action_refuses_a_token_for_reading(alfa: TestTenant) -> None:
    """At any door: the rule is the action's, not the API's."""
    actor = Actor(kind="user", via="mcp", user_id=alfa.users["admin"], role=Role.ADMIN, read_only=True)
    with untouched(), pytest.raises(ReadOnly):
        log_out(User.objects.get(pk=alfa.users["admin"]), actor=actor)


def test_unknown_restriction_is_one_to_reading(api: Api, alfa: TestTenant) -> None:
    token = api.post(PATH, {"name": "A"}).data
    AccessToken.objects.filter(pk=token["id"]).update(abilities=["contacts"])
    with untouched():
        assert Api(token["token"]).post("/contacts", {"first_name": "A"}).status == 403


def test_end_is_not_moved_by_use(api: Api) -> None:
    made = api.post(PATH, {"name": "A", "expires_in_days": 30}).data
    end = datetime.fromisoformat(made["expires_at"])
    assert timedelta(days=29, hours=23) < end - timezone.now() <= timedelta(days=30)
    limited = Api(made["token"])
    limited.get("/auth/me")
    row = AccessToken.objects.get(pk=made["id"])
    assert (row.last_used_at is not None, row.expires_at) == (True, end)
    AccessToken.objects.filter(pk=made["id"]).update(expires_at=timezone.now(), ends_at=timezone.now())
    assert limited.get("/auth/me").status == 401
    assert made["id"] not in [row["id"] for row in api.get(PATH).data]


def test_late_end_leaves_the_limit_of_ninety_unused_days(api: Api) -> None:
    made = api.post(PATH, {"name": "A", "expires_in_days": 365}).data
    assert datetime.fromisoformat(made["expires_at"]) - timezone.now() <= timedelta(days=90)
    AccessToken.objects.filter(pk=made["id"]).update(expires_at=timezone.now() + timedelta(days=1))
    Api(made["token"]).get("/auth/me")
    assert AccessToken.objects.get(pk=made["id"]).expires_at > timezone.now() + timedelta(days=89)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"name": ""}, "name"), ({"name": None}, "name"), ({"name": "ñ" * 256}, "name"),
        ({"name": "A", "abilities": []}, "abilities"), ({"name": "A", "abilities": None}, "abilities"),
        ({"name": "A", "abilities": ["fly"]}, "abilities.0"), ({"name": "A", "abilities": "read"}, "abilities"),
        *(({"name": "A", "expires_in_days": days}, "expires_in_days") for days in (0, -1, 3651, "x")),
    ],
)  # fmt: skip
def test_refused(api: Api, body: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.post(PATH, body)
    assert (answer.status, set(answer.errors)) == (422, {field})


def test_a_hundred_are_enough(api: Api, alfa: TestTenant) -> None:
    AccessToken.objects.bulk_create(
        AccessToken(login_id=alfa.users["admin"], secret_hash="", expires_at=timezone.now() + timedelta(days=1))
        for _number in range(MOST_TOKENS - 2)
    )
    assert api.post(PATH, {"name": "A"}).status == 201
    with untouched():
        answer = api.post(PATH, {"name": "A"})
        assert (answer.json["code"], set(answer.errors)) == ("too_many_tokens", {"name"})
    listing = api.get(PATH, per_page=100)
    assert (len(listing.data), listing.json["meta"]["total"]) == (100, 100)
    assert len(statements_of(lambda: api.get(PATH, per_page=100))) <= 4
    assert [len(api.get(PATH, per_page=30, page=page).data) for page in (1, 4, 5)] == [30, 10, 0]


def test_repeated_request_makes_one_token_and_stores_no_secret(api: Api, alfa: TestTenant) -> None:
    key = {"Idempotency-Key": "made-once"}
    body = {"name": "{secret} A"}
    first, second = (api.post(PATH, body, headers=key) for _number in range(2))
    assert (first.status, second.json) == (201, first.json)
    assert Api(second.data["token"]).get("/auth/me").status == 200
    secret = first.data["token"].partition("|")[2].encode()
    assert secret not in bytes(IdempotencyKey.objects.get().body)


def test_same_request_of_another_user_has_another_secret(api: Api, sales: Api) -> None:
    key = {"Idempotency-Key": "made-once"}
    secrets = {who.post(PATH, {"name": "A"}, headers=key).data["token"].partition("|")[2] for who in (api, sales)}
    assert len(secrets) == 2
