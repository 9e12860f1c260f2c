"""Teams over HTTP."""

from itertools import count
from typing import Any

import pytest

from leadercrm.accounts.models import Team, User
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant

NUMBERS = count(1)


class TestTeams(ResourceCase):
    path, routes, tables, text = "/teams", ("team-list", "team-detail"), ("accounts_team",), "name"
    keys = {"id": (int,), "name": (str,), "member_ids": (list,)}
    body = {"name": "Norte", "member_ids": []}
    change = {"name": "Sur"}
    read_only = {"id": 77777}
    roles = """
                admin manager sales viewer
        create own 201 403 403 403
        read own 200 200 200 200
        change own 200 403 403 403
        delete own 200 403 403 403
    """

    def make(self, api: Api, place: str, **values: Any) -> int:
        """Names are unique."""
        values.setdefault("name", f"Equipo {next(NUMBERS)}")
        return super().make(api, place, **{key: value for key, value in values.items() if key != "owner_id"})

    def test_role_table(self, alfa: TestTenant, api: Api) -> None:
        self.change = {"name": f"Equipo {next(NUMBERS)}"}  # type: ignore[misc]
        super().test_role_table(alfa, api)


def test_members_are_replaced_and_leave_their_team(api: Api, alfa: TestTenant) -> None:
    manager, sales, viewer = (alfa.users[role] for role in ("manager", "sales", "viewer"))
    north = api.post("/teams", {"name": "Norte", "member_ids": [sales, manager, sales]}).data
    assert north["member_ids"] == sorted([manager, sales])
    south = api.post("/teams", {"name": "Sur", "member_ids": [sales]}).data
    assert api.get(f"/teams/{north['id']}").data["member_ids"] == [manager]
    assert api.put(f"/teams/{south['id']}", {"name": "Sureste"}).data["member_ids"] == [sales]
    assert api.put(f"/teams/{south['id']}", {"member_ids": [viewer]}).data["member_ids"] == [viewer]
    assert api.put(f"/teams/{south['id']}", {"member_ids": []}).data["member_ids"] == []
    assert api.get(f"/users/{manager}").data["team_name"] == "Norte"
    assert api.get(f"/users/{sales}").data["team_name"] is None
    assert AuditEntry.objects.filter(action="user.team_changed").count() == 6


def test_deleted_team_leaves_its_members_in_none(api: Api, alfa: TestTenant) -> None:
    team = api.post("/teams", {"name": "Norte", "member_ids": [alfa.users["sales"]]}).data["id"]
    assert api.delete(f"/teams/{team}").status == 200
    assert api.get(f"/users/{alfa.users['sales']}").data["team_id"] is None
    assert AuditEntry.objects.get(action="team.deleted").changes["name"] == ["Norte", None]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "NORTE"}, {"name"}), ({"name": ""}, {"name"}), ({"name": None}, {"name"}), ({}, {"name"}),
        ({"name": "ñ" * 256}, {"name"}), ({"name": "A", "member_ids": None}, {"member_ids"}),
        ({"name": "A", "member_ids": 5}, {"member_ids"}), ({"name": "A", "member_ids": ["x"]}, {"member_ids.0"}),
        ({"name": "A", "member_ids": [999999999]}, {"member_ids.0"}),
        ({"name": "A", "member_ids": [1] * 501}, {"member_ids"}),
    ],
)  # fmt: skip
def test_refused(api: Api, body: dict[str, Any], fields: set[str]) -> None:
    Team.objects.create(name="Norte")
    with untouched():
        answer = api.post("/teams", body)
    assert (answer.status, set(answer.errors)) == (422, fields)


def test_name_may_change_its_case(api: Api) -> None:
    team = api.post("/teams", {"name": "norte"}).data["id"]
    other = api.post("/teams", {"name": "Sur"}).data["id"]
    assert api.put(f"/teams/{team}", {"name": "Norte"}).data["name"] == "Norte"
    with untouched():
        assert api.put(f"/teams/{other}", {"name": "NORTE"}).status == 422


def test_another_tenant_s_users_are_nobody(api: Api, alfa: TestTenant, beta: TestTenant) -> None:
    with untouched():
        answer = api.post("/teams", {"name": "A", "member_ids": [alfa.users["sales"], beta.users["sales"]]})
    assert (answer.status, set(answer.errors)) == (422, {"member_ids.1"})
    assert not User.objects.filter(team__isnull=False).exists()
