"""The operations of events as a client calls them, on rows that are made for it."""

from typing import Any

from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.doors import Api

EVENT: dict[str, Any] = {
    "title": "A", "type": "training", "description": "A", "location": "A", "start_at": "2999-04-25T09:00:00Z",
    "end_at": "2999-04-25T12:00:00Z", "max_attendees": 20, "is_mandatory": False, "is_open": True,
    "reminder_minutes": 60, "owner_id": None,
}  # fmt: skip
ATTENDEE: dict[str, Any] = {"status": "accepted", "notes": "A", "waitlist": False}


def events_operations(api: Api) -> list[Operation]:
    """All of them; each can be carried out without another."""
    first, second = (api.post("/contacts", {"first_name": "A"}).data["id"] for _number in range(2))
    event = f"/events/{api.post('/events', EVENT).data['id']}"
    made = api.post(f"{event}/attendees", {**ATTENDEE, "contact_id": first}).data
    attendee, door = f"{event}/attendees/{made['id']}", f"{event}/check-in/{made['id']}"
    binned = api.post("/events", EVENT).data["id"]
    api.delete(f"/events/{binned}")
    for feed in ("/calendar-feed", "/calendar-feed/all"):
        api.post(feed)
    answer = {"status": "accepted", "contact_id": second, "waitlist": False}
    return [
        Operation("event-list", "GET", "/events"),
        Operation("event-list", "POST", "/events", EVENT),
        Operation("event-detail", "GET", event),
        Operation("event-detail", "PUT", event, EVENT),
        Operation("event-detail", "DELETE", event),
        Operation("event-rsvp", "POST", f"{event}/rsvp", answer),
        Operation("event-invite", "POST", f"{event}/invite", {"contact_ids": [second], "segment_id": None}),
        Operation("event-link", "POST", f"{event}/link", {"renew": False}),
        Operation("event-check-in-by-code", "POST", f"{event}/check-in", {"code": made["code"]}),
        Operation("event-check-in", "POST", door),
        Operation("event-check-in", "DELETE", door),
        Operation("event-restore", "POST", f"/events/{binned}/restore"),
        Operation("event-attendance", "GET", f"{event}/attendees.csv"),
        Operation("attendee-qr", "GET", f"{attendee}/qr"),
        *[
            Operation(f"calendar-feed{which}", method, f"/calendar-feed{which.replace('-', '/')}", body)
            for which in ("", "-all")
            for method, body in (("GET", None), ("POST", {"renew": False}), ("DELETE", None))
        ],
        Operation("attendee-list", "GET", f"{event}/attendees"),
        Operation("attendee-list", "POST", f"{event}/attendees", {**ATTENDEE, "user_id": None, "contact_id": second}),
        Operation("attendee-detail", "GET", attendee),
        Operation("attendee-detail", "PUT", attendee, ATTENDEE),
        Operation("attendee-detail", "DELETE", attendee),
    ]
