"""The calendar: what stands in it, for whom, and what it means to drag an entry."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm.models import Activity
from events.models import Event
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

NOVEMBER = "start=2031-11-01T00:00:00&end=2031-12-01T00:00:00"


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def activity(api: Api, subject: str = "Llamar", **values: Any) -> int:
    body = {"subject": subject, "type": "call", "due_at": "2031-11-05T16:30:00Z", **values}
    made: int = api.post("/activities", body).data["id"]
    return made


def event(api: Api, **values: Any) -> int:
    times = {"start_at": "2031-11-07T15:00:00Z", "end_at": "2031-11-07T17:00:00Z"}
    made: int = api.post("/events", {"title": "Desayuno", "type": "meeting", **times, **values}).data["id"]
    return made


def entries(browser: Browser, query: str = NOVEMBER) -> dict[str, dict[str, Any]]:
    found = json.loads(browser.get(f"/agenda/entries?{query}").content)
    return {entry["id"]: entry for entry in found["entries"]}


def test_entries_stand_on_the_day_of_the_tenant_s_wall(browser: Browser, api: Api) -> None:
    call, day, party = activity(api), activity(api, "Pagar", due_at="2031-11-30"), event(api)
    gone = activity(api, "Nada")
    api.put(f"/activities/{gone}", {"status": "cancelled"})
    activity(api, "Sin fecha", due_at=None)
    found = entries(browser)
    assert set(found) == {f"activity-{call}", f"activity-{day}", f"event-{party}"}
    assert (found[f"activity-{call}"]["start"], found[f"activity-{call}"]["allDay"]) == ("2031-11-05T10:30:00", False)
    assert (found[f"activity-{day}"]["start"], found[f"activity-{day}"]["allDay"]) == ("2031-11-30", True)
    assert (found[f"event-{party}"]["start"], found[f"event-{party}"]["end"]) == (
        "2031-11-07T09:00:00", "2031-11-07T11:00:00",
    )  # fmt: skip
    api.post(f"/activities/{call}/complete")
    done = entries(browser)[f"activity-{call}"]
    assert (done["editable"], done["extendedProps"]["complete"]) == (False, "")


def test_it_is_one_s_own_unless_another_s_is_asked_for(browser: Browser, api: Api, alfa: TestTenant) -> None:
    mine, theirs = activity(api), activity(api, "Suya", user_id=alfa.users["sales"])
    party = event(api, owner_id=alfa.users["sales"])
    assert set(entries(browser)) == {f"activity-{mine}"}
    assert set(entries(browser, f"{NOVEMBER}&whose=all")) == {
        f"activity-{mine}",
        f"activity-{theirs}",
        f"event-{party}",
    }
    sales = set(entries(browser, f"{NOVEMBER}&whose={alfa.users['sales']}"))
    assert sales == {f"activity-{theirs}", f"event-{party}"}
    api.post(f"/events/{party}/rsvp", {"status": "accepted"})
    assert f"event-{party}" in entries(browser)


@pytest.mark.parametrize(
    "query", ["", "start=x&end=y", "start=2031-01-01&end=2032-01-01", "start=2031-02-01&end=2031-01-01"]
)
def test_what_is_no_span_of_time_is_refused(browser: Browser, query: str) -> None:
    assert browser.get(f"/agenda/entries?{query}").status_code == 422


def test_a_month_costs_the_same_with_one_entry_and_with_many(browser: Browser, api: Api) -> None:
    activity(api)
    event(api)
    entries(browser)  # the session notes once that it is used
    one = statements_of(lambda: entries(browser))
    for _number in range(20):
        activity(api)
        event(api)
    many = statements_of(lambda: entries(browser))
    assert (len(entries(browser)), len(many)) == (42, len(one))


def drag(browser: Browser, place: str, **values: str) -> str:
    """Drop an entry; the way back that is offered then."""
    assert browser.fill("/agenda", to=place, **values).status_code == 303
    back = re.search(rf'action="({re.escape(place)}\?[^"]+)"', browser.get("/agenda").content.decode())
    return back[1].replace("&amp;", "&") if back else ""


def test_an_activity_is_put_off_and_put_back(browser: Browser, api: Api) -> None:
    pk = activity(api)
    place = f"/agenda/activities/{pk}"
    back = drag(browser, place, start="2031-11-06T09:00:00")
    assert Activity.objects.get().due_at == datetime(2031, 11, 6, 15, tzinfo=UTC)
    assert drag(browser, place, start="2031-11-09")
    assert (api.get(f"/activities/{pk}").data["due_all_day"], entries(browser)[f"activity-{pk}"]["start"]) == (
        True, "2031-11-09",
    )  # fmt: skip
    assert browser.fill("/agenda", to=back).status_code == 303
    assert Activity.objects.get().due_at == datetime(2031, 11, 5, 16, 30, tzinfo=UTC)


def test_an_event_keeps_its_length_and_the_hour_of_its_day(browser: Browser, api: Api) -> None:
    pk = event(api)
    place = f"/agenda/events/{pk}"
    back = drag(browser, place, start="2031-11-10")
    row = Event.objects.get()
    assert (row.start_at, row.end_at - row.start_at) == (datetime(2031, 11, 10, 15, tzinfo=UTC), timedelta(hours=2))
    drag(browser, place, start="2031-11-10T08:00:00", end="2031-11-10T12:00:00")
    assert Event.objects.get().end_at == datetime(2031, 11, 10, 18, tzinfo=UTC)
    assert browser.fill("/agenda", to=back).status_code == 303
    assert Event.objects.get().start_at == datetime(2031, 11, 7, 15, tzinfo=UTC)


def test_what_is_no_time_or_not_one_s_own_stays_where_it_is(browser: Browser, api: Api, alfa: TestTenant) -> None:
    own, party = activity(api), event(api)
    viewer = Browser()
    assert viewer.log_in("viewer@alfa.example.com", site="/").status_code == 303
    with untouched():
        drag(browser, f"/agenda/activities/{own}", start="pronto")
        drag(browser, f"/agenda/events/{party}", start="2031-11-10T08:00:00", end="2031-11-09T08:00:00")
        drag(browser, "/agenda/activities/999999", start="2031-11-10")
        drag(viewer, f"/agenda/activities/{own}", start="2031-11-10")


def test_the_feed_carries_what_is_to_be_done(browser: Browser, api: Api, alfa: TestTenant) -> None:
    call, day = activity(api), activity(api, "Pagar", due_at="2031-11-30")
    activity(api, "Suya", user_id=alfa.users["sales"])
    assert browser.fill("/settings/calendar").status_code == 303
    page = browser.get("/settings/calendar").content.decode()
    path = re.search(r"(/calendar/[^<]+\.ics)</textarea>", page)
    assert path
    feed = Browser().get(path[1])
    text = feed.content.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20311130" in text
    assert "DTSTART;TZID=America/Mexico_City:20311105T103000" in text
    api.post(f"/activities/{call}/complete")
    again = Browser().get(path[1], headers={"If-None-Match": feed.headers["ETag"]})
    assert (again.status_code, again.content.decode().count("BEGIN:VEVENT")) == (200, 1)
    assert f"-{day}@" in again.content.decode().replace("\r\n ", "")
    assert browser.fill("/settings/calendar", revoke="").status_code == 303
    assert Browser().get(path[1]).status_code == 404
