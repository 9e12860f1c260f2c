"""The pages of events: planning one, who attends it, and the door."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import Contact
from events.actions.events import create_event
from events.models import Attendee, Event
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


@pytest.fixture
def event(alfa: TestTenant) -> Event:
    start = timezone.now() + timedelta(days=1)
    times = {"start_at": start, "end_at": start + timedelta(hours=2)}
    made: Event = create_event({"title": "Desayuno", "type": "conference", **times}, actor=alfa.actor())
    return made


def person(api: Api, name: str) -> int:
    made: int = api.post("/contacts", {"first_name": name, "emails": [{"email": f"{name.lower()}@x.example"}]}).data[
        "id"
    ]
    return made


def test_an_event_is_planned_and_changed_on_its_page(browser: Browser) -> None:
    form = "/events/new"
    assert browser.fill(form, title="Taller", type="workshop").status_code == 422
    times = {"start_at": "2031-05-02T09:00", "end_at": "2031-05-02T11:00"}
    made = browser.fill(form, title="Taller", type="workshop", max_attendees="20", **times)
    assert made.status_code == 303, made.content.decode()
    event = Event.objects.get()
    assert (event.max_attendees, event.start_at.isoformat()) == (20, "2031-05-02T15:00:00+00:00")
    page = f"/events/{event.pk}"
    assert b"Taller" in browser.get("/events?upcoming=true").content
    assert browser.fill(f"{page}/edit", title="Otro", is_open="on").status_code == 303
    with untouched():
        assert browser.fill(f"{page}/edit", end_at="2031-05-01T09:00").status_code == 422
    assert browser.fill(page, to=f"{page}/answer", status="accepted").status_code == 303
    assert Attendee.objects.get().status == "accepted"
    assert browser.fill(page, to=f"{page}/delete").status_code == 303
    back = re.search(rf'action="({page}/restore)"', browser.get("/events").content.decode())
    assert back
    assert browser.fill("/events", to=back[1]).status_code == 303


def test_contacts_are_invited_seated_and_checked_in(browser: Browser, event: Event, api: Api) -> None:
    ana, eva = person(api, "Ana"), person(api, "Eva")
    page = f"/events/{event.pk}"
    assert browser.fill(page, to=f"{page}/invite", contact_ids=[str(ana)]).status_code == 303
    assert browser.fill(page, to=f"{page}/add", contact_id=str(eva)).status_code == 303
    with untouched():
        assert browser.fill(page, to=f"{page}/add", contact_id=str(eva)).status_code == 422
    rows = {row.contact_id: row for row in Attendee.objects.all()}
    assert {rows[ana].status, rows[eva].status} == {"pending", "accepted"}
    door = f"{page}/door"
    assert browser.fill(door, code=rows[eva].code.lower()).status_code == 303
    assert "Eva ya llegó." in browser.get(door).content.decode()
    with untouched():
        assert browser.fill(door, code="00000000").status_code == 303
    assert "no es de este evento" in browser.get(door).content.decode()
    assert browser.fill(door, to=f"{page}/{rows[ana].pk}/check-in").status_code == 303
    assert Attendee.objects.filter(checked_in_at__isnull=False).count() == 2
    assert browser.fill(door, to=f"{page}/{rows[ana].pk}/undo").status_code == 303
    assert browser.fill(page, to=f"{page}/{rows[ana].pk}/remove").status_code == 303
    assert not Attendee.objects.filter(contact_id=ana).exists()
    assert b"Eva" in browser.get(f"{page}?search=eva&status=accepted").content
    assert browser.get(f"{page}/attendance")["Content-Type"].startswith("text/csv")
    assert browser.get(f"{page}/{rows[ana].pk}/undo").status_code == 405


def test_the_page_costs_the_same_for_one_and_for_many(browser: Browser, event: Event) -> None:
    page = f"/events/{event.pk}"

    def add(number: int) -> None:
        person = Contact.objects.create(first_name=f"A{number}")
        Attendee.objects.create(event=event, contact=person, code=f"C{number}")

    add(0)
    browser.get(page)
    few = len(statements_of(lambda: browser.get(page)))
    for number in range(1, 25):
        add(number)
    browser.get(page)
    assert len(statements_of(lambda: browser.get(page))) == few


def test_roles_and_tenants(browser: Browser, event: Event, beta: TestTenant) -> None:
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert b"/door" not in viewer.get(f"/events/{event.pk}").content
    assert viewer.get(f"/events/{event.pk}/door").status_code == 403
    other = Browser()
    other.log_in("admin@beta.example.com", site="/")
    for path in ("", "/edit", "/door", "/attendance"):
        assert other.get(f"/events/{event.pk}{path}").status_code == 404
