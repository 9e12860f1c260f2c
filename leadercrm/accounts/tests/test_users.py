"""Users over HTTP: reading, changing, deactivating, and the last administrator."""

from contextlib import suppress
from typing import Any

import pytest

from leadercrm.accounts.actions import users
from leadercrm.accounts.actions.users import change_role, change_user, deactivate_user
from leadercrm.accounts.models import Team, User
from leadercrm.core.actor import Role
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import everybody, in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ABSENT_IDS, NO_IDS
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import PASSWORD, TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import LoginIndex

ROLES = [role.value for role in Role]
KEYS = {
    "id", "name", "email", "role", "avatar_url", "is_active", "language", "team_id", "team_name", "absent_from",
    "absent_until",
}  # fmt: skip


def at(alfa: TestTenant, role: str) -> str:
    return f"/users/{alfa.users[role]}"


# --- reading


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_tenant_s_users_alone(alfa: TestTenant, beta: TestTenant, role: str) -> None:
    who = Api(alfa.tokens[role])
    listing = who.get("/users")
    assert [row["id"] for row in listing.data] == sorted(alfa.users.values(), reverse=True)
    assert listing.json["meta"]["total"] == 4
    for row in listing.data:
        assert set(row) == KEYS
        assert who.get(f"/users/{row['id']}").data == row
    assert who.get(f"/users/{beta.users['admin']}").status == 404


def test_row_is_as_printed(api: Api, alfa: TestTenant, settings: Any) -> None:
    settings.PUBLIC_URL = "https://tu-dominio.com"
    User.objects.filter(pk=alfa.users["admin"]).update(avatar="avatars/1.jpg", name="Jorge Zamarron")
    row = api.get(at(alfa, "admin")).data
    assert {key: row[key] for key in ("name", "email", "role", "avatar_url")} == {
        "name": "Jorge Zamarron", "email": "admin@alfa.example.com", "role": "admin",
        "avatar_url": "https://tu-dominio.com/storage/avatars/1.jpg",
    }  # fmt: skip
    assert api.get(at(alfa, "sales")).data["avatar_url"] is None
    settings.PUBLIC_URL = ""
    assert api.get(at(alfa, "admin")).data["avatar_url"] == "http://testserver/storage/avatars/1.jpg"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("zamarron", ["admin"]), ("ZAMARRÓN jorge", ["admin"]), ("manager@alfa", ["manager"]), ("alfa.example", ROLES),
        ("beta", []), ("%", []), ("jo", ["admin"]),
    ],
)  # fmt: skip
def test_search(api: Api, alfa: TestTenant, search: str, found: list[str]) -> None:
    user = User.objects.get(pk=alfa.users["admin"])
    change_user(user, {"name": "Jorge Zamarrón"}, actor=alfa.actor())
    listing = api.get("/users", search=search)
    assert {row["id"] for row in listing.data} == {alfa.users[role] for role in found}
    assert listing.json["meta"]["total"] == len(found)


def test_filters(api: Api, alfa: TestTenant) -> None:
    team = Team.objects.create(name="Norte")
    User.objects.filter(pk=alfa.users["sales"]).update(team=team)
    User.objects.filter(pk=alfa.users["viewer"]).update(is_active=False)

    def seen(**query: Any) -> set[int]:
        return {row["id"] for row in api.get("/users", **query).data}

    assert seen(role="manager") == {alfa.users["manager"]}
    assert seen(team_id=team.pk) == {alfa.users["sales"]}
    assert seen(is_active="false") == {alfa.users["viewer"]}
    assert len(seen(is_active="true")) == 3
    assert len(seen()) == 4
    for wrong in ({"role": "boss"}, {"team_id": "x"}, {"is_active": "perhaps"}):
        assert api.get("/users", **wrong).status == 422


def test_pages_and_statements(api: Api, alfa: TestTenant) -> None:
    api.get("/users", per_page=100)
    few = statements_of(lambda: api.get("/users", per_page=100))
    User.objects.bulk_create(User(id=10**12 + n, name="N", email=f"n{n}@alfa.example.com") for n in range(96))
    full = api.get("/users", per_page=100)
    assert (len(full.data), full.json["meta"]["total"]) == (100, 100)
    assert len(statements_of(lambda: api.get("/users", per_page=100))) <= len(few) + 1 <= 4
    second = api.get("/users", per_page=30, page=4)
    assert (len(second.data), second.json["meta"]["total"]) == (10, 100)


def test_nonsensical_ids(api: Api) -> None:
    with untouched():
        for row_id in (*ABSENT_IDS, *NO_IDS):
            for method, tail in (("GET", ""), ("PUT", ""), ("POST", "/deactivate"), ("POST", "/reactivate")):
                assert api.call(method, f"/users/{row_id}{tail}", {}).status == 404, row_id


def test_users_are_neither_made_nor_deleted_here(api: Api, alfa: TestTenant) -> None:
    with untouched():
        assert api.post("/users", {"name": "A"}).status == 405
        assert api.delete(at(alfa, "viewer")).status == 405


# --- changing


def test_admin_changes_everything(api: Api, alfa: TestTenant) -> None:
    team = Team.objects.create(name="Norte")
    change = {"name": "Ñandú", "role": "manager", "team_id": team.pk, "language": "en"}
    answer = api.put(at(alfa, "sales"), {**change, "email": "x@y.mx", "is_active": False, "id": 5, "password": "x"})
    assert answer.status == 200
    assert {key: answer.data[key] for key in change} == change
    assert (answer.data["team_name"], answer.data["email"]) == ("Norte", "sales@alfa.example.com")
    assert (answer.data["id"], answer.data["is_active"]) == (alfa.users["sales"], True)
    assert LoginIndex.objects.get(pk=alfa.users["sales"]).role == "manager"
    assert [row["id"] for row in api.get("/users", search="nandu").data] == [alfa.users["sales"]]
    entry = AuditEntry.objects.get(action="user.changed")
    assert entry.changes["role"] == ["sales", "manager"]
    assert set(entry.changes) == {"name", "role", "team_id", "language"}
    with untouched():
        assert api.put(at(alfa, "sales"), change).data == answer.data


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_everybody_changes_their_own_name_and_language(alfa: TestTenant, role: str) -> None:
    who = Api(alfa.tokens[role])
    assert who.put(at(alfa, role), {"name": "Yo", "language": "en", "role": role, "team_id": None}).status == 200
    assert who.get("/auth/me").data["name"] == "Yo"
    team = Team.objects.create(name="Norte")
    with untouched():
        for change in ({"role": "admin"}, {"team_id": team.pk}, {"name": "X", "role": "admin"}):
            assert who.put(at(alfa, role), change).status == 403
        assert who.put(at(alfa, "admin"), {"name": "X"}).status == 403
        for other in ("admin", role):
            for what in ("deactivate", "reactivate"):
                assert who.post(f"{at(alfa, other)}/{what}").status == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("name", None), ("name", 5), ("name", "ñ" * 256), ("role", "boss"), ("role", None), ("role", ""),
        ("language", "fr"), ("language", None), ("team_id", 999999), ("team_id", "x"), ("team_id", -1),
    ],
)  # fmt: skip
def test_refused_changes(api: Api, alfa: TestTenant, name: str, value: Any) -> None:
    with untouched():
        answer = api.put(at(alfa, "sales"), {name: value})
    assert (answer.status, set(answer.errors)) == (422, {name})


def test_longest_name(api: Api, alfa: TestTenant) -> None:
    assert api.put(at(alfa, "sales"), {"name": "ñ" * 255}).status == 200


# --- deactivating


def test_deactivated_and_reactivated(api: Api, sales: Api, alfa: TestTenant) -> None:
    login = {"email": "sales@alfa.example.com", "password": PASSWORD}
    answer = api.post(f"{at(alfa, 'sales')}/deactivate")
    assert (answer.status, answer.data["is_active"]) == (200, False)
    assert (sales.get("/auth/me").status, Api().post("/auth/login", login).status) == (401, 401)
    with untouched():
        assert api.post(f"{at(alfa, 'sales')}/deactivate").data == answer.data
    again = api.post(f"{at(alfa, 'sales')}/reactivate")
    assert (again.status, again.data["is_active"]) == (200, True)
    assert sales.get("/auth/me").status == 401
    assert Api().post("/auth/login", login).status == 200
    actions = AuditEntry.objects.exclude(action="user.logged_in").values_list("action", flat=True)
    assert list(actions.order_by("id")) == ["user.deactivated", "user.reactivated"]


# --- the last administrator


def test_last_admin_stays(api: Api, alfa: TestTenant) -> None:
    with untouched():
        demoted = api.put(at(alfa, "admin"), {"role": "manager"})
        barred = api.post(f"{at(alfa, 'admin')}/deactivate")
    assert (demoted.status, demoted.json["code"], set(demoted.errors)) == (422, "last_admin", {"role"})
    assert (barred.status, barred.json["code"]) == (422, "last_admin")
    assert api.put(at(alfa, "admin"), {"role": "admin", "name": "Yo"}).status == 200
    api.put(at(alfa, "sales"), {"role": "admin"})
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
    with untouched():
        assert api.post(f"{at(alfa, 'admin')}/deactivate").status == 422
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=True)
    assert api.put(at(alfa, "admin"), {"role": "viewer"}).status == 200
    assert api.put(at(alfa, "sales"), {"role": "viewer"}).status == 403


def admins_after_they_bar_each_other(live: TestTenant) -> int:
    """How many active administrators are left when each of two takes the other's rights at once."""
    first, second = live.users["admin"], live.users["manager"]
    with bind(live.bound):
        User.objects.filter(pk__in=(first, second)).update(role=Role.ADMIN, is_active=True)
    actor = live.actor()

    def demote() -> None:
        with bind(live.bound), suppress(DomainError):
            change_role(User.objects.get(pk=first), role=Role.SALES, actor=actor)

    def bar() -> None:
        with bind(live.bound), suppress(DomainError):
            deactivate_user(User.objects.get(pk=second), actor=actor)

    in_parallel([demote, bar])
    with bind(live.bound):
        return User.objects.filter(role=Role.ADMIN, is_active=True).count()


def test_two_admins_cannot_bar_each_other(live: TestTenant) -> None:
    assert [admins_after_they_bar_each_other(live) for _round in range(4)] == [1] * 4


def test_control_without_the_lock_they_can(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    together = everybody(2)

    def unlocked(user: User) -> list[User]:
        held = {row.pk: row for row in User.objects.filter(role=Role.ADMIN, is_active=True)}
        together.wait()
        return [*({user.pk: user} | held).values()]

    monkeypatch.setattr(users, "_locked", unlocked)
    assert admins_after_they_bar_each_other(live) == 0
