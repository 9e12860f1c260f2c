"""Notifications and preferences over HTTP."""

import re
from typing import Any

import pytest

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.listing import ListingTests
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ABSENT_IDS, NO_IDS
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, same_next_ids, visiting
from leadercrm.notifications.actions import reading
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import Notification, NotificationType, Preference
from leadercrm.tenancy.binding import bind

TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def tell(user_id: int, title: str = "Negocio ganado") -> int:
    with tally.collecting():
        [made] = notify([user_id], "deal_won", title=title, body="Uno.", url="/deals/5")
    return made.pk


class TestList(ListingTests):
    """Envelope and pages."""

    query = {"unread_only": "true"}

    @pytest.fixture(autouse=True)
    def _caller(self, alfa: TestTenant) -> None:
        self.user_id = alfa.users["admin"]

    def place(self, api: Api) -> str:
        return "/notifications"

    def make(self, api: Api, place: str, **values: Any) -> int:
        return tell(self.user_id)


def test_row_is_as_printed(api: Api, alfa: TestTenant) -> None:
    row_id = tell(alfa.users["admin"])
    [row] = api.get("/notifications").data
    assert TIMESTAMP.fullmatch(row.pop("created_at"))
    assert row == {
        "id": row_id, "type": "deal_won", "title": "Negocio ganado", "body": "Uno.", "url": "/deals/5", "read_at": None,
    }  # fmt: skip


@pytest.mark.parametrize("role", ["admin", "manager", "sales", "viewer"])
def test_everybody_has_their_own_alone(alfa: TestTenant, role: str) -> None:
    ids = {name: tell(user_id, name) for name, user_id in alfa.users.items()}
    me = Api(alfa.tokens[role])
    listing = me.get("/notifications")
    assert ([row["title"] for row in listing.data], listing.json["meta"]["total"]) == ([role], 1)
    with untouched():
        for name in alfa.users.keys() - {role}:
            assert me.post(f"/notifications/{ids[name]}/read").status == 404
    assert me.post(f"/notifications/{ids[role]}/read").status == 200
    assert Notification.objects.filter(read_at__isnull=False).count() == 1


def test_read_once(api: Api, alfa: TestTenant) -> None:
    row_id = tell(alfa.users["admin"])
    first = api.post(f"/notifications/{row_id}/read")
    assert (first.status, first.data["id"]) == (200, row_id)
    assert TIMESTAMP.fullmatch(first.data["read_at"])
    with untouched():
        assert api.post(f"/notifications/{row_id}/read").data == first.data
    assert api.get("/notifications").data == [first.data]


def test_two_readings_at_once_agree(live: TestTenant) -> None:
    with bind(live.bound):
        row_id = tell(live.users["admin"])
    answers = in_parallel([lambda: Api(live.tokens["admin"]).post(f"/notifications/{row_id}/read").data["read_at"]] * 4)
    assert len(set(answers)) == 1


def test_control_without_the_lock_they_do_not(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "lock", lambda row: row)
    with bind(live.bound):
        row_id = tell(live.users["admin"])
        stale = [Notification.objects.get(pk=row_id) for _number in range(2)]
        for row in stale:
            reading.read_notification(row, actor=live.actor())
    assert stale[0].read_at != stale[1].read_at


def test_unread_only(api: Api, alfa: TestTenant) -> None:
    old, new = (tell(alfa.users["admin"]) for _number in range(2))
    api.post(f"/notifications/{old}/read")

    def seen(**query: str) -> list[int]:
        return [row["id"] for row in api.get("/notifications", **query).data]

    assert seen(unread_only="true") == seen(unread_only="1") == seen(unread_only="TRUE") == [new]
    assert seen(unread_only="false") == seen(unread_only="0") == seen(unread_only="") == seen() == [new, old]
    answer = api.get("/notifications", unread_only="perhaps")
    assert (answer.status, set(answer.errors)) == (422, {"unread_only"})


def test_read_all(api: Api, sales: Api, alfa: TestTenant) -> None:
    mine = [tell(alfa.users["admin"]) for _number in range(3)]
    tell(alfa.users["sales"])
    api.post(f"/notifications/{mine[0]}/read")
    answer = api.post("/notifications/read-all")
    assert (answer.status, set(answer.json), answer.json["updated"]) == (200, {"message", "updated"}, 2)
    assert api.get("/notifications", unread_only="true").data == []
    assert sales.get("/notifications", unread_only="true").json["meta"]["total"] == 1
    before = api.get("/notifications").data
    assert api.post("/notifications/read-all").json["updated"] == 0
    assert api.get("/notifications").data == before


def test_nonsensical_ids(api: Api) -> None:
    with untouched():
        for row_id in (*ABSENT_IDS, *NO_IDS):
            assert api.post(f"/notifications/{row_id}/read").status == 404, row_id


def test_only_what_the_contract_has(api: Api, alfa: TestTenant) -> None:
    row_id = tell(alfa.users["admin"])
    with untouched():
        assert api.post("/notifications", {"title": "A"}).status == 405
        assert api.get("/notifications/read-all").status == 405
        assert api.get(f"/notifications/{row_id}/read").status == 405
        assert api.delete(f"/notifications/{row_id}").status == 404


def test_another_tenant_has_its_own(alfa: TestTenant, beta: TestTenant, api: Api, stranger: Api) -> None:
    same_next_ids(["notifications_notification"], alfa, beta)
    ours = tell(alfa.users["admin"], "Ours")
    with visiting(beta):
        theirs = tell(beta.users["admin"], "Theirs")
    assert ours == theirs
    assert stranger.post(f"/notifications/{ours}/read").data["title"] == "Theirs"
    assert [row["title"] for row in stranger.get("/notifications").data] == ["Theirs"]
    assert [row["read_at"] for row in api.get("/notifications").data] == [None]
    more = tell(alfa.users["admin"])
    assert stranger.post(f"/notifications/{more}/read").status == 404


def test_statements_do_not_grow_with_rows(api: Api, alfa: TestTenant) -> None:
    tell(alfa.users["admin"])
    api.get("/notifications", per_page=100)
    one = statements_of(lambda: api.get("/notifications", per_page=100))
    for _number in range(99):
        tell(alfa.users["admin"])
    assert api.get("/notifications", per_page=100).json["meta"]["to"] == 100
    assert len(statements_of(lambda: api.get("/notifications", per_page=100))) == len(one) <= 4


class TestPreferences:
    """GET and PUT /notifications/preferences."""

    path = "/notifications/preferences"

    def of(self, who: Api, kind: str) -> tuple[bool, bool]:
        [row] = [row for row in who.get(self.path).data if row["type"] == kind]
        return row["in_app"], row["email"]

    def test_every_type_is_shown_and_not_mailed_by_default(self, viewer: Api) -> None:
        rows = viewer.get(self.path).data
        assert [row["type"] for row in rows] == NotificationType.values
        assert {(row["in_app"], row["email"]) for row in rows} == {(True, False)}
        assert rows[0]["name"] == "Negocio ganado"

    def test_what_is_left_out_stays(self, viewer: Api, api: Api) -> None:
        viewer.put(self.path, {"preferences": [{"type": "deal_won", "email": True}]})
        answer = viewer.put(self.path, {"preferences": [
            {"type": "deal_won", "in_app": False}, {"type": "quote_viewed", "in_app": False},
        ]})  # fmt: skip
        assert (answer.status, answer.data) == (200, viewer.get(self.path).data)
        assert (self.of(viewer, "deal_won"), self.of(viewer, "quote_viewed")) == ((False, True), (False, False))
        assert (self.of(viewer, "deal_lost"), self.of(api, "deal_won")) == ((True, False), (True, False))
        assert Preference.objects.count() == 2
        assert AuditEntry.objects.filter(action="notification_preference.changed").count() == 3

    def test_they_hold(self, viewer: Api, alfa: TestTenant) -> None:
        viewer.put(self.path, {"preferences": [{"type": "deal_won", "in_app": False}]})
        with tally.collecting():
            notify(alfa.users.values(), "deal_won", title="A")
        assert viewer.get("/notifications").data == []
        assert Notification.objects.count() == 3

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "preferences"), ({"preferences": None}, "preferences"), ({"preferences": {}}, "preferences"),
            ({"preferences": [{"type": "nothing"}]}, "preferences.0.type"),
            ({"preferences": [{"type": "deal_won"}, {"email": True}]}, "preferences.1.type"),
            ({"preferences": [{"type": "deal_won", "email": None}]}, "preferences.0.email"),
            ({"preferences": [{"type": "deal_won", "in_app": "perhaps"}]}, "preferences.0.in_app"),
            ({"preferences": [5]}, "preferences.0"), ({"preferences": [{"type": "deal_won"}] * 99}, "preferences"),
        ],
    )  # fmt: skip
    def test_refused(self, viewer: Api, body: dict[str, Any], field: str) -> None:
        with untouched():
            answer = viewer.put(self.path, body)
        assert (answer.status, set(answer.errors)) == (422, {field})

    def test_same_choice_again_changes_nothing(self, viewer: Api) -> None:
        body = {"preferences": [{"type": "deal_won", "email": True}, {"type": "deal_won", "email": True}]}
        viewer.put(self.path, body)
        with untouched():
            assert viewer.put(self.path, body).status == 200

    def test_user_who_leaves_takes_them_along(self, alfa: TestTenant) -> None:
        user = User.objects.create(id=10**12, name="N", email="n@alfa.example.com")
        Preference.objects.create(user=user, type="deal_won")
        tell(user.pk)
        user.delete()
        assert not (Preference.objects.exists())
        assert not (Notification.objects.exists())
