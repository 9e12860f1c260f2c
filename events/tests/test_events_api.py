"""Events over HTTP: what every resource does, and what is an event's own."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from events.actions.events import purge_events
from events.models import Attendee, Event
from leadercrm.core.actor import Actor
from leadercrm.core.api.responses import timestamp
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

OPTIONAL_TEXT, OPTIONAL_INT = (str, type(None)), (int, type(None))
WEBINAR: dict[str, Any] = {
    "title": "Webinar", "type": "webinar", "start_at": "2025-04-20T17:00:00.000000Z",
    "end_at": "2025-04-20T18:30:00.000000Z",
}  # fmt: skip


def soon(days: float = 7, hours: float = 2) -> dict[str, Any]:
    """An event to come."""
    start = timezone.now() + timedelta(days=days)
    return {**WEBINAR, "start_at": timestamp(start), "end_at": timestamp(start + timedelta(hours=hours))}


def make(api: Api, **values: Any) -> dict[str, Any]:
    made = api.post("/events", {**soon(), **values})
    assert made.status == 201, made
    data: dict[str, Any] = made.data
    return data


class TestEvents(ResourceCase):
    path, routes, tables, text = "/events", ("event-list", "event-detail"), ("events_event",), "title"
    keys = {
        "id": (int,), "title": (str,), "type": (str,), "description": OPTIONAL_TEXT, "start_at": (str,),
        "end_at": (str,), "location": OPTIONAL_TEXT, "max_attendees": OPTIONAL_INT, "attendees_count": (int,),
        "waitlisted_count": (int,), "is_mandatory": (bool,), "is_open": (bool,), "reminder_minutes": OPTIONAL_INT,
        "owner_id": OPTIONAL_INT, "owner_name": OPTIONAL_TEXT, "created_at": (str,), "updated_at": (str,),
        "attendees": (list,),
    }  # fmt: skip
    detail_only = frozenset({"attendees"})
    body = {
        **WEBINAR, "title": "Webinar: Tendencias Fiscales 2025", "location": "En línea", "max_attendees": 50,
        "is_mandatory": False, "is_open": True, "description": "Con Q&A", "reminder_minutes": 60,
    }  # fmt: skip
    change = {"max_attendees": 20, "location": "Sala de Juntas B, Piso 3"}
    read_only = {"id": 77777, "attendees_count": 45, "owner_name": "Nobody"}
    query = {"upcoming": "false"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
    """


def test_smallest_event_is_the_caller_s(sales: Api, alfa: TestTenant) -> None:
    made = sales.post("/events", WEBINAR).data
    assert (made["owner_id"], made["is_mandatory"], made["is_open"]) == (alfa.users["sales"], False, False)
    assert [made[key] for key in ("location", "max_attendees", "attendees_count", "attendees")] == [None, None, 0, []]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("title", value) for value in (None, "", "x" * 256, 7)),
        *(("type", value) for value in (None, "", "x" * 51)),
        *(("start_at", value) for value in (None, "", "soon", 20250420, "1899-12-31", "9999-12-31")),
        *(("end_at", value) for value in (None, "2025-04-20T17:00:00Z", "2025-04-20T16:59:59Z", "2025-04-20")),
        *(("max_attendees", value) for value in (0, -1, 1.5, "x", 10**10)),
        *(("reminder_minutes", value) for value in (0, -1, 10**9)),
        ("owner_id", 999999), ("location", "x" * 256), ("is_mandatory", "maybe"),
    ],
)  # fmt: skip
def test_what_no_event_has_is_refused(api: Api, field: str, value: Any) -> None:
    with untouched():
        assert set(api.post("/events", {**WEBINAR, field: value}).errors) == {field}


def test_ends_after_it_starts_whichever_is_changed(api: Api) -> None:
    """Strictly; one side alone is measured by the other as it stands."""
    event = api.post("/events", {**WEBINAR, "title": "x" * 255}).data["id"]
    with untouched():
        for change in ({"end_at": WEBINAR["start_at"]}, {"start_at": WEBINAR["end_at"]}):
            assert set(api.put(f"/events/{event}", change).errors) == {"end_at"}
    both = {"start_at": "2025-04-21", "end_at": "2025-04-21T01:00:00-06:00"}
    assert api.put(f"/events/{event}", both).data["end_at"] == "2025-04-21T07:00:00.000000Z"


def test_upcoming_ones_have_not_begun(api: Api) -> None:
    """A-39; in the order of their beginning."""
    later, sooner = make(api, **soon(9)), make(api, **soon(1))
    past = api.post("/events", WEBINAR).data
    running = make(api, start_at=timestamp(timezone.now() - timedelta(hours=1)))
    ids = [row["id"] for row in api.get("/events", upcoming="true").data]
    assert ids == [sooner["id"], later["id"]]
    assert [row["id"] for row in api.get("/events", upcoming="0").data] == [
        past["id"], running["id"], sooner["id"], later["id"],
    ]  # fmt: skip
    assert set(api.get("/events", upcoming="soon").errors) == {"upcoming"}


def test_mandatory_event_has_every_active_user(api: Api, alfa: TestTenant) -> None:
    assert api.post(f"/users/{alfa.users['viewer']}/deactivate").status == 200
    event = make(api, is_mandatory=True)
    expected = {alfa.users[role] for role in ("admin", "manager", "sales")}
    assert {row["user_id"] for row in event["attendees"]} == expected
    assert {row["status"] for row in event["attendees"]} == {"pending"}
    told = Notification.objects.filter(type="event_invitation", url=f"/events/{event['id']}")
    assert set(told.values_list("user_id", flat=True)) == expected - {alfa.users["admin"]}
    # Who comes later, or comes back, is one, too.
    assert api.post(f"/users/{alfa.users['viewer']}/reactivate").status == 200
    assert Attendee.objects.filter(event_id=event["id"], user_id=alfa.users["viewer"]).exists()
    other = make(api)
    assert other["attendees"] == []
    assert len(api.put(f"/events/{other['id']}", {"is_mandatory": True}).data["attendees"]) == 4


def test_users_of_a_mandatory_event_stay(api: Api, alfa: TestTenant) -> None:
    event = make(api, is_mandatory=True)
    attendee = event["attendees"][0]["id"]
    with untouched():
        answer = api.delete(f"/events/{event['id']}/attendees/{attendee}")
        assert (answer.status, set(answer.errors)) == (422, {"is_mandatory"})


def test_deleted_event_is_gone_with_its_attendees(api: Api) -> None:
    event = make(api)["id"]
    attendee = api.post(f"/events/{event}/rsvp", {"status": "accepted"}).data["id"]
    assert api.delete(f"/events/{event}").status == 200
    with untouched():
        for path in (f"/events/{event}/attendees", f"/events/{event}/attendees/{attendee}"):
            assert api.get(path).status == 404
        assert api.post(f"/events/{event}/rsvp", {"status": "declined"}).status == 404
        assert api.post(f"/events/{event}/check-in/{attendee}").status == 404
    assert Event.with_deleted.get(pk=event).revision == 1


def test_event_comes_back_from_the_bin_and_leaves_it_for_good(api: Api, sales: Api) -> None:
    event, old = make(api, is_mandatory=True)["id"], make(api)["id"]
    for row_id in (event, old):
        assert api.delete(f"/events/{row_id}").status == 200
    with untouched():
        assert sales.post(f"/events/{event}/restore").status == 403
    assert {row["id"] for row in api.get("/events", deleted="true").data} == {event, old}
    assert len(api.get("/events", deleted="true", upcoming="false").data) == 2
    assert api.get("/events", deleted="true", upcoming="true").status == 200
    row = api.post(f"/events/{event}/restore").data
    assert len(row["attendees"]) == 4
    kept = Event.objects.get(pk=event)
    assert (kept.revision, kept.remind_at is None) == (2, False)
    told = Notification.objects.filter(type="event_changed", url=f"/events/{event}")
    assert told.filter(title__startswith="Cancel").count() == told.count() / 2
    Event.with_deleted.filter(pk=old).update(deleted_at=timezone.now() - timedelta(days=31))
    with untouched():
        assert api.post(f"/events/{old}/restore").json["code"] == "too_late"
    assert purge_events(actor=Actor.system()) == 1
    assert not Event.with_deleted.filter(pk=old).exists()
