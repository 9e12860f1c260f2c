"""Lists of activities over HTTP: their order, and what they are narrowed to."""

from datetime import date

import pytest

from crm.tests.test_activities_api import ids, make, targets
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant


def test_what_is_due_first_stands_first(api: Api) -> None:
    """G-30."""
    for subject, due in (("none", None), ("late", "2025-05-02"), ("early", "2025-05-01"), ("none again", None)):
        make(api, subject=subject, due_at=due)
    assert [row["subject"] for row in api.get("/activities").data] == ["early", "late", "none again", "none"]


def test_filters(api: Api, alfa: TestTenant) -> None:
    owner = alfa.users["sales"]
    wanted = make(api, user_id=owner, type="task", status="completed", priority="low")["id"]
    make(api)
    for query in ({"user_id": owner}, {"status": "completed"}, {"type": "task"}, {"priority": "low"}):
        assert ids(api.get("/activities", **query)) == {wanted}
    assert ids(api.get("/activities", user_id=owner, status="pending")) == set()
    assert ids(api.get("/activities", user_id=999999)) == set()


def test_filters_by_target(api: Api) -> None:
    made = {
        kind: (row_id, make(api, activitable_type=kind, activitable_id=row_id)["id"])
        for kind, row_id in targets(api).items()
    }
    alone = make(api)["id"]
    for kind, (row_id, activity) in made.items():
        for written in (kind, kind.replace("\\", "\\\\")):
            assert ids(api.get("/activities", activitable_type=written)) == {activity}
            assert ids(api.get("/activities", activitable_type=written, activitable_id=row_id)) == {activity}
        encoded = kind.replace("\\", "%5C")
        assert ids(api.get(f"/api/v1/activities?activitable_type={encoded}&activitable_id={row_id}")) == {activity}
        assert activity in ids(api.get("/activities", activitable_id=row_id))
        assert ids(api.get("/activities", activitable_type=kind, activitable_id=999999)) == set()
    assert alone not in ids(api.get("/activities", activitable_id=1))


def test_filters_by_time(api: Api) -> None:
    far, past, today = make(api, due_at="2999-01-01"), make(api, due_at="2025-04-15"), str(date(2025, 4, 15))
    at_six = make(api, due_at="2025-04-16T00:00:00Z")  # six in the evening of the 15th
    make(api, due_at="2025-04-15", status="completed")
    make(api)
    assert ids(api.get("/activities", overdue="true")) == {past["id"], at_six["id"]}
    assert len(ids(api.get("/activities", overdue="false"))) == 5
    pending = {"status": "pending"}
    assert ids(api.get("/activities", due_after=today, due_before="2025-04-16", **pending)) == {
        past["id"],
        at_six["id"],
    }
    assert ids(api.get("/activities", due_before="2025-04-15", **pending)) == set()
    assert ids(api.get("/activities", due_after="2025-04-16", **pending)) == {far["id"]}
    assert ids(api.get("/activities", due_after="2025-04-16T05:00:00Z", **pending)) == {far["id"], past["id"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "done"), ("type", "fax"), ("priority", "urgent"), ("activitable_type", "Contact"),
        ("activitable_id", "abc"), ("user_id", "abc"), ("overdue", "perhaps"), ("due_before", "tomorrow"),
        ("due_after", "2025-02-30"),
    ],
)  # fmt: skip
def test_wrong_filter_is_refused(api: Api, name: str, value: str) -> None:
    answer = api.get("/activities", **{name: value})
    assert (answer.status, set(answer.errors)) == (422, {name})
