"""Registration over HTTP."""

from typing import Any

import pytest

from leadercrm.accounts.models import User
from leadercrm.api.tests.account_operations import REGISTRATION
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import visiting
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.models import AccessToken, LoginIndex, PendingWork, Tenant

NO_TEXTS: tuple[Any, ...] = (None, "", 5, True, [], {})


def test_account_is_whole_when_the_answer_arrives(anonymous: Api) -> None:
    made = anonymous.post("/auth/register", REGISTRATION)
    assert made.status == 201, made
    assert set(made.json) == {"token", "user", "tenant"}
    login = LoginIndex.objects.get(email="jgarcia@empresa.mx")
    assert made.json["user"] == {
        "id": login.pk, "name": "J. García", "email": "jgarcia@empresa.mx", "role": "admin", "avatar_url": None,
    }  # fmt: skip
    assert made.json["tenant"] == {"id": login.tenant_id, "name": "García & Asociados"}
    me = Api(made.json["token"])
    assert me.get("/auth/me").json == {"data": made.json["user"], "tenant": made.json["tenant"]}
    assert me.post("/contacts", {"first_name": "Ana"}).data["owner_id"] == login.pk
    assert me.get("/contacts").json["meta"]["total"] == 1


def test_account_is_recorded_and_welcomed_in_its_own_tenant(anonymous: Api, costly_passwords: None) -> None:
    made = anonymous.post("/auth/register", REGISTRATION).json
    tenant = Tenant.objects.get(pk=made["tenant"]["id"])
    with bind(BoundTenant.of(tenant)):
        assert AuditEntry.objects.get().action == "account.opened"
        work = WorkItem.objects.get()
        assert (work.task, work.arguments) == ("accounts.send_welcome", {"user_id": made["user"]["id"]})
        user = User.objects.get()
        assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PendingWork.objects.get().tenant_id == tenant.pk


def test_new_tenant_sees_nobody_else_s_rows(api: Api, anonymous: Api) -> None:
    ours = api.post("/contacts", {"first_name": "Ours"}).data["id"]
    newcomer = Api(anonymous.post("/auth/register", REGISTRATION).json["token"])
    assert newcomer.get("/contacts").data == []
    assert newcomer.get(f"/contacts/{ours}").status == 404
    assert newcomer.get("/companies").json["meta"]["total"] == 0


@pytest.mark.parametrize("email", ["admin@alfa.example.com", "ADMIN@Beta.Example.COM", "  viewer@beta.example.com "])
def test_taken_address_is_refused_in_any_tenant_and_case(anonymous: Api, email: str) -> None:
    with untouched():
        answer = anonymous.post("/auth/register", {**REGISTRATION, "email": email})
    assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "email_taken", {"email"})


def test_address_is_stored_in_lower_case(anonymous: Api) -> None:
    made = anonymous.post("/auth/register", {**REGISTRATION, "email": " JGarcia@Empresa.MX "})
    assert made.json["user"]["email"] == "jgarcia@empresa.mx"


@pytest.mark.parametrize(("name", "most"), [("name", 255), ("tenant_name", 255)])
def test_longest_names(anonymous: Api, name: str, most: int) -> None:
    with untouched():
        assert set(anonymous.post("/auth/register", {**REGISTRATION, name: "ñ" * (most + 1)}).errors) == {name}
    assert anonymous.post("/auth/register", {**REGISTRATION, name: "ñ" * most}).status == 201


@pytest.mark.parametrize("name", REGISTRATION)
def test_every_field_is_required(anonymous: Api, name: str) -> None:
    body: dict[str, Any] = {key: value for key, value in REGISTRATION.items() if key != name}
    with untouched():
        for sent in (body, *({**body, name: value} for value in NO_TEXTS)):
            answer = anonymous.post("/auth/register", sent)
            assert (answer.status, set(answer.errors)) == (422, {name}), (sent, answer)


@pytest.mark.parametrize(
    ("password", "confirmation", "status"),
    [
        ("1234567", "1234567", 422), ("12345678", "12345678", 201), ("ñññññññ", "ñññññññ", 422),
        ("12345678", "12345679", 422), ("12345678", "12345678 ", 422), ("        ", "        ", 201),
        ("x" * 128, "x" * 128, 201), ("x" * 129, "x" * 129, 422), ("12345678", "ABCDEFGH", 422),
    ],
)  # fmt: skip
def test_passwords(anonymous: Api, password: str, confirmation: str, status: int) -> None:
    body = {**REGISTRATION, "password": password, "password_confirmation": confirmation}
    answer = anonymous.post("/auth/register", body)
    assert answer.status == status, answer
    if status == 422:
        assert "password" in answer.errors
        assert not LoginIndex.objects.filter(email=REGISTRATION["email"]).exists()
    else:
        login = {"email": REGISTRATION["email"], "password": password}
        assert anonymous.post("/auth/login", login).status == 200


def test_role_and_ids_cannot_be_chosen(anonymous: Api, beta: Any) -> None:
    made = anonymous.post("/auth/register", {**REGISTRATION, "role": "viewer", "id": 1, "tenant_id": beta.row.pk})
    assert made.json["user"]["role"] == "admin"
    assert made.json["tenant"]["id"] != beta.row.pk
    with visiting(beta):
        assert User.objects.count() == 4
    assert AccessToken.objects.filter(login_id=made.json["user"]["id"]).count() == 1
