"""Login, logout, me, passwords and what ends a token, over HTTP."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from leadercrm.accounts.actions.users import change_role, deactivate_user
from leadercrm.accounts.hashers import LeaderArgon2Hasher
from leadercrm.accounts.models import User
from leadercrm.core.database import connection
from leadercrm.core.errors import Forbidden
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant, unbound
from leadercrm.tenancy.models import AccessToken, LoginIndex, Tenant

NEW = {"current_password": PASSWORD, "password": "otra-clave-9", "password_confirmation": "otra-clave-9"}


NO_TEXTS: tuple[Any, ...] = (None, "", 5, [], {}, True)


def log_in(who: str = "admin@alfa.example.com", password: str = PASSWORD) -> Any:
    return Api().post("/auth/login", {"email": who, "password": password})


def row_of(token: str) -> AccessToken:
    return AccessToken.objects.get(pk=token.partition("|")[0])


def test_login_answers_token_user_and_tenant(alfa: TestTenant) -> None:
    answer = log_in(" Admin@ALFA.example.com ")
    assert answer.status == 200
    assert set(answer.json) == {"token", "user", "tenant"}
    assert re.fullmatch(r"\d+\|[A-Za-z0-9]{40,64}", answer.json["token"])
    user = {"id": alfa.users["admin"], "name": "Admin Alfa", "email": "admin@alfa.example.com", "role": "admin"}
    assert answer.json["user"] == {**user, "avatar_url": None}
    assert answer.json["tenant"] == {"id": alfa.row.pk, "name": "Alfa"}
    assert Api(answer.json["token"]).get("/auth/me").json == {
        "data": answer.json["user"], "tenant": answer.json["tenant"],
    }  # fmt: skip
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.via, entry.ip, entry.changes) == ("user.logged_in", "api", "127.0.0.1", {})


def test_avatar_has_an_absolute_address(alfa: TestTenant, api: Api) -> None:
    User.objects.filter(pk=alfa.users["admin"]).update(avatar="avatars/1.jpg")
    assert api.get("/auth/me").data["avatar_url"] == "http://testserver/storage/avatars/1.jpg"


def inactive(alfa: TestTenant) -> None:
    deactivate_user(User.objects.get(pk=alfa.users["sales"]), actor=alfa.actor())


def suspended(alfa: TestTenant) -> None:
    Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=timezone.now())


REFUSED: list[tuple[str, str, Callable[[TestTenant], None] | None]] = [
    ("nobody@nowhere.mx", PASSWORD, None),
    ("sales@alfa.example.com", "wrong", None),
    ("sales@alfa.example.com", PASSWORD + " ", None),
    ("sales@alfa.example.com", PASSWORD, inactive),
    ("sales@alfa.example.com", PASSWORD, suspended),
]


def counted(method: Callable[..., Any], calls: list[str]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        calls.append(method.__name__)
        return method(*args)

    return call


def test_refusals_look_and_cost_the_same(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing takes nearly all of a login's time, so that its count stands for the time: one check each, no more."""
    log_in("nobody@nowhere.mx")  # the first one makes the hash that nobody's is compared with
    checks: list[str] = []
    for name in ("verify", "encode"):
        monkeypatch.setattr(LeaderArgon2Hasher, name, counted(getattr(LeaderArgon2Hasher, name), checks))
    bodies = []
    for email, password, prepare in REFUSED:
        if prepare:
            prepare(alfa)
        checks.clear()
        with untouched():
            answer = log_in(email, password)
        assert (answer.status, checks) == (401, ["verify"]), (email, answer)
        bodies.append({**answer.json, "request_id": ""})
    assert all(body == bodies[0] for body in bodies)
    assert set(bodies[0]["errors"]) == {"email"}


@pytest.mark.parametrize("name", ["email", "password"])
def test_login_needs_both_fields(anonymous: Api, name: str) -> None:
    body: dict[str, Any] = {"email": "admin@alfa.example.com", "password": PASSWORD}
    with untouched():
        for value in NO_TEXTS:
            answer = anonymous.post("/auth/login", {**body, name: value})
            assert (answer.status, set(answer.errors)) == (422, {name}), value
        del body[name]
        assert set(anonymous.post("/auth/login", body).errors) == {name}


def test_logout_ends_the_presented_token_alone(alfa: TestTenant) -> None:
    first, second = Api(log_in().json["token"]), Api(log_in().json["token"])
    assert first.post("/auth/logout").json == {"message": "Logged out successfully."}
    assert first.get("/auth/me").status == 401
    assert second.get("/auth/me").status == 200
    with untouched():
        assert first.post("/auth/logout").status == 401


def test_password_change_ends_all_tokens(alfa: TestTenant, api: Api, viewer: Api) -> None:
    other = Api(log_in().json["token"])
    assert api.put("/auth/password", NEW).status == 200
    assert [who.get("/auth/me").status for who in (api, other, viewer)] == [401, 401, 200]
    assert log_in().status == 401
    assert log_in(password="otra-clave-9").status == 200
    entry = AuditEntry.objects.get(action="user.password_changed")
    assert "argon2" not in str(entry.changes)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"current_password": "wrong"}, "current_password"), ({"current_password": None}, "current_password"),
        ({"password_confirmation": "x"}, "password"), ({"password": "short"}, "password"),
        ({"password": 5}, "password"),
    ],
)  # fmt: skip
def test_refused_password_change(alfa: TestTenant, api: Api, change: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.put("/auth/password", {**NEW, **change})
    assert answer.status == 422
    assert field in answer.errors
    assert api.get("/auth/me").status == 200


def test_deactivation_and_suspension_hold_on_the_next_request(alfa: TestTenant, api: Api, sales: Api) -> None:
    assert sales.get("/auth/me").status == 200
    inactive(alfa)
    assert (sales.get("/auth/me").status, api.get("/auth/me").status) == (401, 200)
    suspended(alfa)
    assert api.get("/auth/me").json["message"] == "Unauthenticated."
    Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=None)
    assert (sales.get("/auth/me").status, api.get("/auth/me").status) == (401, 200)


def test_role_holds_from_the_next_request(alfa: TestTenant, sales: Api) -> None:
    body = {"first_name": "Ana"}
    assert sales.post("/contacts", body).status == 201
    user = User.objects.get(pk=alfa.users["sales"])
    change_role(user, role="viewer", actor=alfa.actor())
    with untouched():
        assert sales.post("/contacts", body).status == 403
    assert sales.get("/auth/me").data["role"] == "viewer"
    change_role(user, role="admin", actor=alfa.actor())
    assert sales.post("/contacts", body).status == 201


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_only_admins_manage_users(alfa: TestTenant, role: str) -> None:
    user = User.objects.get(pk=alfa.users["viewer"])
    with untouched():
        with pytest.raises(Forbidden):
            change_role(user, role="admin", actor=alfa.actor(role))
        with pytest.raises(Forbidden):
            deactivate_user(user, actor=alfa.actor(role))


def test_expired_and_unknown_tokens(alfa: TestTenant, api: Api) -> None:
    row = row_of(alfa.tokens["admin"])
    with untouched():
        assert Api(alfa.tokens["admin"][:-1] + "!").get("/auth/me").status == 401
        assert Api(alfa.tokens["admin"][:-1]).get("/auth/me").status == 401
        assert Api(f"{row.pk + 1}|{alfa.tokens['admin'].partition('|')[2]}").get("/auth/me").status == 401
    assert api.get("/auth/me").status == 200
    AccessToken.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert api.get("/auth/me").status == 401
    AccessToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(days=1))
    LoginIndex.objects.filter(pk=row.login_id).update(is_active=False)
    assert api.get("/auth/me").status == 401


def test_last_use_is_noted_once_a_minute_and_moves_the_end_on(alfa: TestTenant, api: Api) -> None:
    token = alfa.tokens["admin"]
    soon = timezone.now() + timedelta(days=1)
    AccessToken.objects.filter(pk=row_of(token).pk).update(last_used_at=None, expires_at=soon)
    api.get("/auth/me")
    first = row_of(token)
    assert first.last_used_at is not None
    assert first.expires_at > soon + timedelta(days=80)
    api.get("/auth/me")
    assert row_of(token).last_used_at == first.last_used_at
    AccessToken.objects.filter(pk=first.pk).update(last_used_at=timezone.now() - timedelta(seconds=61))
    api.get("/auth/me")
    again = row_of(token).last_used_at
    assert again is not None
    assert again >= first.last_used_at


def test_only_a_hash_of_the_secret_is_stored(alfa: TestTenant) -> None:
    answer = Api().post(
        "/auth/login",
        {"email": "admin@alfa.example.com", "password": PASSWORD},
        headers={"Idempotency-Key": "secret-search"},
    )
    secret = answer.json["token"].partition("|")[2]
    Api(answer.json["token"]).post("/contacts", {"first_name": "A"}, headers={"Idempotency-Key": "k"})
    with unbound(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            table = table if "." in table else f'"{alfa.row.schema_name}"."{table}"'
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)",
                               [[f"%{secret}%", f"%{secret.encode().hex()}%", f"%{PASSWORD}%"]])  # fmt: skip
                assert cursor.fetchone()[0] == 0, table
