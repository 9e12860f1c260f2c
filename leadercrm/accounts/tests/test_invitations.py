"""Inviting, and accepting an invitation, over HTTP."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core import outbox
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ABSENT_IDS
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from leadercrm.tenancy.models import LoginIndex, OneTimeLink, Tenant

BODY: dict[str, Any] = {"email": "nueva@empresa.mx", "name": "Ana Ruiz", "role": "sales"}
CHOSEN = {"password": "correcta-9", "password_confirmation": "correcta-9"}
LINK = re.compile(r"https://crm\.example/invitation/([0-9]+-[0-9a-f]{64})")


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example"


def mailed(mailoutbox: list[Any]) -> str:
    """The token in the mail that is sent now."""
    item = WorkItem.objects.filter(task="accounts.send_invitation").order_by("-pk")[0]
    outbox.run(item.pk)
    found = LINK.search(mailoutbox[-1].body)
    assert found
    return found[1]


def accept(token: str, **values: Any) -> Answer:
    return Api().post("/auth/accept-invitation", {"token": token, **CHOSEN, **values})


def test_invited_person_joins(api: Api, alfa: TestTenant, mailoutbox: list[Any]) -> None:
    team = Team.objects.create(name="Norte")
    made = api.post("/users/invitations", {**BODY, "email": " Nueva@Empresa.MX", "team_id": team.pk, "language": "en"})
    assert (made.status, made.data["status"], made.data["invited_by_id"]) == (201, "open", alfa.users["admin"])
    token = mailed(mailoutbox)
    mail = mailoutbox[0]
    assert (mail.to, mail.subject) == (["nueva@empresa.mx"], "Alfa invites you to Leader CRM")
    assert "Admin Alfa invites you" in mail.body
    assert f'href="https://crm.example/invitation/{token}"' in mail.alternatives[0][0]
    entered = accept(token)
    assert (entered.status, set(entered.json)) == (201, {"token", "user", "tenant"})
    login = LoginIndex.objects.get(email="nueva@empresa.mx")
    assert entered.json["user"] == {
        "id": login.pk, "name": "Ana Ruiz", "email": "nueva@empresa.mx", "role": "sales", "avatar_url": None,
    }  # fmt: skip
    assert entered.json["tenant"] == {"id": alfa.row.pk, "name": "Alfa"}
    me = Api(entered.json["token"])
    assert me.get("/auth/me").data == entered.json["user"]
    assert {me.get(f"/users/{login.pk}").data[key] for key in ("team_name", "language")} == {"Norte", "en"}
    assert Api().post("/auth/login", {"email": BODY["email"], "password": CHOSEN["password"]}).status == 200
    row = api.get(f"/users/invitations/{made.data['id']}").data
    assert (row["status"], row["user_id"]) == ("accepted", login.pk)
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"user.joined", "invitation.accepted"}
    with untouched():
        assert accept(token).json["code"] == "invalid_link"


def test_invited_person_chooses_their_name(api: Api, mailoutbox: list[Any]) -> None:
    api.post("/users/invitations", {"email": BODY["email"]})
    token = mailed(mailoutbox)
    with untouched():
        assert set(accept(token).errors) == {"name"}
    entered = accept(token, name="Ana", role="admin", email="x@y.mx")
    assert (entered.json["user"]["name"], entered.json["user"]["role"]) == ("Ana", "sales")
    assert entered.json["user"]["email"] == BODY["email"]


def test_only_a_hash_of_the_token_is_stored(api: Api, mailoutbox: list[Any], alfa: TestTenant) -> None:
    api.post("/users/invitations", BODY)
    secret = mailed(mailoutbox).partition("-")[2]
    assert secret not in str(list(WorkItem.objects.values()) + list(AuditEntry.objects.values()))
    assert secret not in str(list(OneTimeLink.objects.values()) + list(Invitation.objects.values()))


def test_sending_again_replaces_the_link(api: Api, mailoutbox: list[Any]) -> None:
    path = f"/users/invitations/{api.post('/users/invitations', BODY).data['id']}"
    first = mailed(mailoutbox)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    OneTimeLink.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert api.get(path).data["status"] == "expired"
    with untouched():
        assert accept(first).status == 422
    again = api.post(f"{path}/resend")
    assert (again.status, again.data["status"]) == (200, "open")
    second = mailed(mailoutbox)
    assert (len(mailoutbox), first == second) == (2, False)
    with untouched():
        assert accept(first).json["code"] == "invalid_link"
    assert accept(second).status == 201
    with untouched():
        for answer in (api.post(f"{path}/resend"), api.delete(path)):
            assert (answer.json["code"], set(answer.errors)) == ("invitation_closed", {"status"})


def test_revoked_link_opens_nothing_and_is_not_mailed(api: Api, mailoutbox: list[Any]) -> None:
    path = f"/users/invitations/{api.post('/users/invitations', BODY).data['id']}"
    token = mailed(mailoutbox)
    api.post(f"{path}/resend")
    assert api.delete(path).status == 200
    assert api.get(path).data["status"] == "revoked"
    outbox.run(WorkItem.objects.filter(task="accounts.send_invitation").order_by("-pk")[0].pk)
    assert len(mailoutbox) == 1
    with untouched():
        assert accept(token).json["code"] == "invalid_link"
    assert api.post("/users/invitations", BODY).status == 201


def test_suspended_tenant_lets_nobody_in(api: Api, alfa: TestTenant, mailoutbox: list[Any]) -> None:
    api.post("/users/invitations", BODY)
    token = mailed(mailoutbox)
    Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=timezone.now())
    with untouched():
        assert accept(token).json["code"] == "invalid_link"


@pytest.mark.parametrize("token", ["", "1", "1-", "x", "1-" + "a" * 64, "9" * 30 + "-" + "a" * 64, "١-" + "a" * 64])
def test_nonsensical_tokens(alfa: TestTenant, token: str) -> None:
    with untouched():
        answer = accept(token, name="A")
    assert (answer.status, set(answer.errors)) == (422, {"token"})


def test_link_for_another_purpose_is_none(api: Api, alfa: TestTenant, mailoutbox: list[Any]) -> None:
    api.post("/users/invitations", BODY)
    token = mailed(mailoutbox)
    with untouched():
        assert Api().post("/auth/reset-password", {"token": token, **CHOSEN}).json["code"] == "invalid_link"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "nobody"}, "email"), ({"email": None}, "email"), ({"email": "sales@beta.example.com"}, "email"),
        ({"email": "SALES@alfa.example.com"}, "email"), ({"role": "boss"}, "role"), ({"role": None}, "role"),
        ({"team_id": 99999}, "team_id"), ({"language": "fr"}, "language"), ({"name": "ñ" * 256}, "name"),
    ],
)  # fmt: skip
def test_refused_invitations(api: Api, change: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.post("/users/invitations", {**BODY, **change})
    assert (answer.status, set(answer.errors)) == (422, {field})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short", "password_confirmation": "short"}, "password"),
        ({"password_confirmation": "another-9"}, "password"), ({"name": ""}, "name"), ({"name": "ñ" * 256}, "name"),
    ],
)  # fmt: skip
def test_refused_acceptances(api: Api, mailoutbox: list[Any], change: dict[str, Any], field: str) -> None:
    api.post("/users/invitations", BODY)
    token = mailed(mailoutbox)
    with untouched():
        assert field in accept(token, **change).errors
    assert accept(token).status == 201


def test_invited_twice_is_refused(api: Api) -> None:
    api.post("/users/invitations", BODY)
    with untouched():
        answer = api.post("/users/invitations", {**BODY, "email": "NUEVA@empresa.mx"})
    assert (answer.status, answer.json["code"]) == (422, "already_invited")


def test_address_that_got_an_account_elsewhere(
    api: Api, stranger: Api, beta: TestTenant, mailoutbox: list[Any]
) -> None:
    api.post("/users/invitations", BODY)
    ours = mailed(mailoutbox)
    assert stranger.post("/users/invitations", BODY).status == 201
    with visiting(beta):
        theirs = mailed(mailoutbox)
    assert accept(theirs).json["tenant"]["name"] == "Beta"
    with untouched():
        answer = accept(ours)
    assert (answer.status, answer.json["code"]) == (422, "email_taken")
    assert not User.objects.filter(email=BODY["email"]).exists()


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_only_admins_invite(api: Api, alfa: TestTenant, role: str) -> None:
    path = f"/users/invitations/{api.post('/users/invitations', BODY).data['id']}"
    who = Api(alfa.tokens[role])
    with untouched():
        statuses = [
            who.get("/users/invitations").status, who.get(path).status, who.delete(path).status,
            who.post(f"{path}/resend").status, who.post("/users/invitations", {**BODY, "email": "b@c.mx"}).status,
        ]  # fmt: skip
    assert statuses == [403] * 5


def test_another_tenant_s_invitations_are_none(api: Api, stranger: Api) -> None:
    made = api.post("/users/invitations", BODY).data["id"]
    assert stranger.get("/users/invitations").data == []
    with untouched():
        for row_id in (made + 10**6, *ABSENT_IDS):
            path = f"/users/invitations/{row_id}"
            assert [api.get(path).status, api.delete(path).status, api.post(f"{path}/resend").status] == [404] * 3


def test_list_of_a_hundred_costs_as_much_as_of_one(api: Api, alfa: TestTenant) -> None:
    api.post("/users/invitations", BODY)
    api.get("/users/invitations", per_page=100)
    one = statements_of(lambda: api.get("/users/invitations", per_page=100))
    for number in range(99):
        api.post("/users/invitations", {"email": f"n{number}@empresa.mx"})
    listing = api.get("/users/invitations", per_page=100)
    assert (len(listing.data), listing.json["meta"]["total"]) == (100, 100)
    assert len(statements_of(lambda: api.get("/users/invitations", per_page=100))) == len(one) <= 4


def test_acceptance_may_be_repeated_under_its_key(api: Api, mailoutbox: list[Any]) -> None:
    api.post("/users/invitations", BODY)
    body = {"token": mailed(mailoutbox), **CHOSEN}
    first, second = (
        Api().post("/auth/accept-invitation", body, headers={"Idempotency-Key": "joining"}) for _number in range(2)
    )
    assert (first.status, second.json) == (201, first.json)
    assert User.objects.filter(email=BODY["email"]).count() == 1
    with unbound():
        assert LoginIndex.objects.filter(email=BODY["email"]).count() == 1
