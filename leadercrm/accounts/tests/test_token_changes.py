"""Changing a token that is in use: fewer rights, other caps, networks and ends; from its very next call."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.accounts.actions.tokens import change_token
from leadercrm.core.errors import Forbidden
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ABSENT_IDS
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.models import AccessToken, TokenKind

PATH = "/auth/tokens"
CONTACT = {"first_name": "A"}


def made(api: Api, **values: Any) -> tuple[str, Api]:
    """A token's address and a client that has it."""
    data = api.post(PATH, {"name": "A", **values}).data
    return f"{PATH}/{data['id']}", Api(data["token"])


def test_rights_are_taken_away_at_once_and_recorded(api: Api) -> None:
    path, program = made(api, scopes=["crm:write", "send"])
    assert program.post("/contacts", CONTACT).status == 201
    changed = api.patch(path, {"scopes": ["crm:read"], "name": "Solo lee"})
    assert (changed.data["scopes"], changed.data["name"]) == (["crm:read"], "Solo lee")
    assert program.post("/contacts", {"first_name": "B"}).json["code"] in ("read_only_token", "insufficient_scope")
    entry = AuditEntry.objects.get(action="token.changed")
    assert entry.changes == {
        "name": ["A", "Solo lee"], "abilities": [["crm:read", "crm:write", "send"], ["crm:read"]],
    }  # fmt: skip
    assert api.put(path, {"scopes": ["crm:read"], "name": "Solo lee"}).status == 200
    assert AuditEntry.objects.filter(action="token.changed").count() == 1


@pytest.mark.parametrize("wanted", [{"scopes": ["admin"]}, {"scopes": None}, {"abilities": ["read", "write"]}])
def test_rights_are_not_given(api: Api, wanted: dict[str, Any]) -> None:
    path, _program = made(api, scopes=["crm:write"])
    with untouched():
        refused = api.patch(path, wanted)
    assert (refused.status, refused.json["code"], list(refused.errors)) == (422, "scope_not_held", ["scopes"])


def test_one_that_may_all_is_narrowed(api: Api) -> None:
    path, program = made(api)
    assert api.patch(path, {"scopes": None}).data["abilities"] == ["read", "write"]
    assert api.patch(path, {"abilities": ["read"]}).data["scopes"] == ["crm:read"]
    assert program.post("/contacts", CONTACT).status == 403


def test_caps_networks_and_ends_hold_from_the_next_call(api: Api) -> None:
    path, program = made(api, sends_per_day=5)
    told = api.patch(path, {"sends_per_day": 9, "amount_per_day": 100, "addresses": ["203.0.113.7"]}).data
    assert (told["sends_per_day"], told["amount_per_day"], told["addresses"]) == (9, 100, ["203.0.113.7/32"])
    assert program.get("/contacts").json["code"] == "address_not_allowed"
    assert api.patch(path, {"addresses": []}).data["addresses"] == []
    assert program.get("/contacts").status == 200
    ends = datetime.fromisoformat(api.patch(path, {"expires_in_days": 3}).data["expires_at"])
    assert timedelta(days=2, hours=23) < ends - timezone.now() <= timedelta(days=3)
    program.get("/contacts")
    assert AccessToken.objects.get(pk=int(path.rpartition("/")[2])).expires_at == ends, "use does not move it on"
    later = datetime.fromisoformat(api.patch(path, {"expires_in_days": None}).data["expires_at"])
    assert later - timezone.now() > timedelta(days=89)
    with untouched():
        for wrong in ({"sends_per_day": -1}, {"addresses": ["x"]}, {"expires_in_days": 0}, {"name": ""}):
            assert api.patch(path, wrong).status == 422


def test_an_agent_stays_one(api: Api) -> None:
    path, _program = made(api, agent_name="Cobranza")
    with untouched():
        assert list(api.patch(path, {"agent_name": ""}).errors) == ["agent_name"]
    assert api.patch(path, {"agent_name": "Ventas"}).data["agent_name"] == "Ventas"


def test_nobody_lifts_their_own_limits(api: Api, alfa: TestTenant) -> None:
    path, program = made(api, sends_per_day=1)
    named, agent = made(api, agent_name="Cobranza")
    token = AccessToken.objects.get(pk=int(path.rpartition("/")[2]))
    with untouched():
        assert program.patch(path, {"sends_per_day": 1000}).status == 403
        assert agent.patch(named, {"expires_in_days": None}).status == 403
        by_tool = Agent(alfa.tokens["admin"], "/mcp?toolsets=operations").refusal(
            "leader_call_operation", operation_id="updateAccessToken", path={"id": token.pk}, body={"name": "B"},
            confirm=True,
        )  # fmt: skip
        with pytest.raises(Forbidden):
            change_token(token, {"sends_per_day": None}, actor=replace(alfa.actor(), is_agent=True))
    assert by_tool["code"] == "forbidden"


def test_one_s_own_and_as_an_administrator_anybody_s(api: Api, sales: Api, viewer: Api, stranger: Api) -> None:
    path, _program = made(sales)
    assert sales.patch(path, {"name": "Mía"}).data["name"] == "Mía"
    assert api.patch(path, {"name": "Suya"}).data["name"] == "Suya"
    with untouched():
        for who in (viewer, stranger):
            assert who.patch(path, {"name": "Ajena"}).status == 404
        for row_id in ABSENT_IDS:
            assert api.patch(f"{PATH}/{row_id}", {"name": "A"}).status == 404


def test_sessions_and_what_has_ended_have_nothing_to_change(api: Api, alfa: TestTenant) -> None:
    path, _program = made(api)
    pk = int(path.rpartition("/")[2])
    for values in ({"kind": TokenKind.BROWSER}, {"kind": TokenKind.API, "expires_at": timezone.now()}):
        AccessToken.objects.filter(pk=pk).update(**values)
        with untouched():
            assert api.patch(path, {"name": "B"}).status == 404
