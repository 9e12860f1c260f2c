"""Attendees over HTTP: answers, seats, the waiting list, the door."""

from typing import Any

import pytest

from events.models import Attendee
from events.tests.test_events_api import make
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

OPTIONAL_TEXT, OPTIONAL_INT = (str, type(None)), (int, type(None))


def contact_of(api: Api, name: str = "Ana", **values: Any) -> int:
    row_id: int = api.post("/contacts", {"first_name": name, **values}).data["id"]
    return row_id


class TestAttendees(ResourceCase):
    routes, tables, text = (
        ("attendee-list", "attendee-detail"),
        ("events_event", "events_attendee", "crm_contact"),
        "notes",
    )
    reshaped = frozenset({"contact_id"})
    keys = {
        "id": (int,), "event_id": (int,), "user_id": OPTIONAL_INT, "contact_id": OPTIONAL_INT, "name": (str,),
        "email": OPTIONAL_TEXT, "status": (str,), "notes": OPTIONAL_TEXT, "origin": (str,), "code": (str,),
        "is_checked_in": (bool,),
        "checked_in_at": OPTIONAL_TEXT, "waiting_since": OPTIONAL_TEXT, "invited_at": OPTIONAL_TEXT,
        "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    change = {"status": "declined"}
    read_only = {"id": 77777, "code": "00000000", "checked_in_at": "2001-01-01T00:00:00.000000Z", "origin": "page"}
    query = {"status": "tentative"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        create other 201 201 403 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        self.spare = contact_of(api)
        return f"/events/{make(api)['id']}/attendees"

    @property
    def body(self) -> dict[str, Any]:  # type: ignore[override]
        """Each row is somebody else."""
        return {"contact_id": self.spare, "status": "tentative", "notes": "Vegetariana"}

    def make(self, api: Api, place: str, **values: Any) -> int:
        made = super().make(api, place, **{"contact_id": contact_of(api), **values})
        self.spare = contact_of(api)
        return made

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        """Attendees are their event's owner's."""
        row_id = self.make(api, place)
        event = Attendee.objects.get(pk=row_id).event
        event.owner_id = owner_id
        event.save()
        return row_id


def rsvp(api: Api, event: int, status: str = "accepted", **values: Any) -> Any:
    return api.post(f"/events/{event}/rsvp", {"status": status, **values})


def statuses(event: int) -> list[str]:
    return list(Attendee.objects.filter(event_id=event).order_by("pk").values_list("status", flat=True))


# --- answers


def test_answer_is_the_caller_s_and_one(sales: Api, alfa: TestTenant, api: Api) -> None:
    """A-40: the caller's; whoever answers again changes their answer."""
    event = make(api)["id"]
    first, again = rsvp(sales, event), rsvp(sales, event, "tentative")
    assert (first.status, again.status) == (200, 200)
    assert first.data["id"] == again.data["id"]
    assert (again.data["user_id"], again.data["contact_id"], again.data["name"]) == (
        alfa.users["sales"], None, "Sales Alfa",
    )  # fmt: skip
    assert [row["status"] for row in api.get(f"/events/{event}/attendees").data] == ["tentative"]
    entry = AuditEntry.objects.filter(action="attendee.answered").latest("pk")
    assert entry.changes["status"] == ["accepted", "tentative"]
    with untouched():
        assert rsvp(sales, event, "tentative").data == again.data


def test_everybody_answers_for_themselves_alone(viewer: Api, sales: Api, api: Api) -> None:
    event, contact = make(api)["id"], contact_of(api)
    assert rsvp(viewer, event).status == 200
    with untouched():
        for who in (viewer, sales):
            assert rsvp(who, event, contact_id=contact).status == 403
    assert rsvp(api, event, contact_id=contact).data["contact_id"] == contact


@pytest.mark.parametrize(
    "body", [{}, {"status": None}, {"status": ""}, {"status": "pending"}, {"status": "waitlisted"}, {"status": 1}]
)
def test_only_three_answers_are_known(api: Api, body: dict[str, Any]) -> None:
    """A-41."""
    event = make(api)["id"]
    with untouched():
        assert set(api.post(f"/events/{event}/rsvp", body).errors) == {"status"}
        assert set(rsvp(api, event, contact_id=999999).errors) == {"contact_id"}


# --- seats


def test_full_event_refuses_or_lets_wait(api: Api, sales: Api, manager: Api, viewer: Api) -> None:
    event = make(api, max_attendees=1)["id"]
    assert rsvp(api, event).status == 200
    with untouched():
        refused = rsvp(sales, event)
        assert (refused.status, refused.json["code"], set(refused.errors)) == (422, "full", {"max_attendees"})
    assert rsvp(sales, event, waitlist=True).data["status"] == "waitlisted"
    assert rsvp(manager, event, waitlist=True).data["status"] == "waitlisted"
    assert rsvp(viewer, event, "declined").status == 200
    row = api.get(f"/events/{event}").data
    assert (row["attendees_count"], row["waitlisted_count"]) == (1, 2)
    # The seat that is freed goes to who has waited longest, and they hear of it.
    assert rsvp(api, event, "declined").status == 200
    assert statuses(event) == ["declined", "accepted", "waitlisted", "declined"]
    told = Notification.objects.get(type="event_changed")
    assert told.user.name == "Sales Alfa"


def test_more_seats_go_to_who_waits_and_fewer_than_taken_are_refused(api: Api, sales: Api, manager: Api) -> None:
    event = make(api, max_attendees=1)["id"]
    for who in (api, sales, manager):
        assert rsvp(who, event, waitlist=True).status == 200
    assert api.put(f"/events/{event}", {"max_attendees": 2}).data["attendees_count"] == 2
    with untouched():
        assert set(api.put(f"/events/{event}", {"max_attendees": 1}).errors) == {"max_attendees"}
    assert api.put(f"/events/{event}", {"max_attendees": None}).data["attendees_count"] == 3


def test_who_leaves_by_any_door_leaves_a_seat(api: Api, sales: Api) -> None:
    event = make(api, max_attendees=1)["id"]
    place = f"/events/{event}/attendees"
    first = rsvp(api, event).data["id"]
    contact = api.post(place, {"contact_id": contact_of(api), "status": "accepted", "waitlist": True}).data
    assert contact["status"] == "waitlisted"
    assert rsvp(sales, event, waitlist=True).status == 200
    assert api.delete(f"{place}/{first}").status == 200
    assert statuses(event) == ["accepted", "waitlisted"]
    assert api.put(f"{place}/{contact['id']}", {"status": "pending"}).status == 200
    assert statuses(event) == ["pending", "accepted"]


def test_attendee_is_a_user_or_a_contact_and_once(api: Api, alfa: TestTenant) -> None:
    place, contact = f"/events/{make(api)['id']}/attendees", contact_of(api)
    assert api.post(place, {"contact_id": contact}).data["status"] == "pending"
    assert api.post(place, {"user_id": alfa.users["sales"]}).status == 201
    assert Notification.objects.get(type="event_invitation").user_id == alfa.users["sales"]
    with untouched():
        for body, field in (
            ({}, "user_id"),
            ({"user_id": alfa.users["sales"], "contact_id": contact}, "user_id"),
            ({"user_id": alfa.users["sales"]}, "user_id"),
            ({"contact_id": contact}, "contact_id"),
            ({"contact_id": 999999}, "contact_id"),
            ({"user_id": 999999}, "user_id"),
        ):
            assert set(api.post(place, body).errors) == {field}, body


# --- the door


def test_check_in_once_and_back(api: Api, viewer: Api, sales: Api) -> None:
    event, other = make(api)["id"], make(api)["id"]
    attendee = rsvp(api, event).data["id"]
    door = f"/events/{event}/check-in/{attendee}"
    came = sales.post(door)
    assert came.status == 200
    assert came.data["checked_in_at"] is not None
    with untouched():
        assert api.post(door).data == came.data
        assert viewer.post(door).status == viewer.delete(door).status == 403
        for nowhere in (f"/events/{other}/check-in/{attendee}", f"/events/{event}/check-in/999999"):
            assert api.post(nowhere).status == api.delete(nowhere).status == 404
    assert api.get(f"/events/{event}").data["attendees_count"] == 1
    assert len(api.get(f"/events/{event}/attendees", checked_in="true").data) == 1
    back = api.delete(door)
    assert (back.data["checked_in_at"], back.data["status"]) == (None, "accepted")


def test_who_had_not_accepted_takes_a_seat_at_the_door(api: Api, sales: Api, manager: Api) -> None:
    event = make(api, max_attendees=2)["id"]
    first, second, third = (rsvp(who, event, "tentative").data["id"] for who in (api, sales, manager))
    for attendee in (first, second):
        assert api.post(f"/events/{event}/check-in/{attendee}").data["status"] == "accepted"
    with untouched():
        assert set(api.post(f"/events/{event}/check-in/{third}").errors) == {"max_attendees"}


def test_check_in_by_the_code_of_a_ticket(api: Api) -> None:
    event, other = make(api)["id"], make(api)["id"]
    code = rsvp(api, event).data["code"]
    typed = f" {code[:4].lower()}-{code[4:]} "
    came = api.post(f"/events/{event}/check-in", {"code": typed})
    assert came.data["is_checked_in"] is True
    with untouched():
        for place, text in ((event, "00000000"), (event, "https://x.mx/a/" + "A" * 43), (other, code), (event, " ")):
            assert set(api.post(f"/events/{place}/check-in", {"code": text}).errors) == {"code"}


def test_contacts_are_seen_by_whose_they_are(api: Api, sales: Api, alfa: TestTenant) -> None:
    """Where sales staff see their own records alone, names of others' contacts stay hidden; users do not."""
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    event = make(api)["id"]
    for owner in ("admin", "sales"):
        contact = contact_of(api, f"Of {owner}", owner_id=alfa.users[owner])
        assert api.post(f"/events/{event}/attendees", {"contact_id": contact, "status": "accepted"}).status == 201
    assert rsvp(api, event).status == 200
    for who, names in ((sales, ["Admin Alfa", "Of sales"]), (api, ["Admin Alfa", "Of sales", "Of admin"])):
        assert [row["name"] for row in who.get(f"/events/{event}/attendees").data] == names
        detail = who.get(f"/events/{event}").data
        assert [row["name"] for row in detail["attendees"]] == names
        assert detail["attendees_count"] == 3
