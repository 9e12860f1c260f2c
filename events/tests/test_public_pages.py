"""The pages of events for people without a login: registering, the ticket, the calendar."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from crm.models import Activity, Contact
from events.links import public_path
from events.models import Attendee, Event
from events.tests.test_attendees_api import contact_of
from events.tests.test_events_api import make
from events.tests.test_inviting import work_off
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import unbound

ANA = {"first_name": "Ana", "last_name": "Luna", "email": "ana@ejemplo.mx", "phone": "55 1234 5678", "consent": "on"}
HOSTILE = "<script>alert(1)</script>{{ 7|add:1 }}"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"Accept-Language": "es"})


def get(visitor: Client, path: str, **kwargs: Any) -> Any:
    with unbound():
        return visitor.get(path, **kwargs)


def post(visitor: Client, path: str, values: dict[str, Any], **kwargs: Any) -> Any:
    with unbound():
        return visitor.post(path, values, **kwargs)


def an_open_event(api: Api, **values: Any) -> Event:
    start = timezone.now() + timedelta(days=3)
    times = {"start_at": start.isoformat(), "end_at": (start + timedelta(hours=1)).isoformat()}
    made = make(api, **{"is_open": True, **times, **values})
    event: Event = Event.objects.get(pk=made["id"])
    return event


def test_whoever_registers_is_a_contact_with_a_ticket_and_a_next_step(api: Api, visitor: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    event = an_open_event(api, title=HOSTILE)
    page = public_path(event)
    text = get(visitor, page).content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script" not in text
    assert "Acepto que" in text
    refused = post(visitor, page, {**ANA, "email": "nada", "consent": ""})
    assert refused.status_code == 422
    assert "Sin su consentimiento no podemos registrarle." in refused.content.decode()
    assert 'value="Luna"' in refused.content.decode()
    assert not Contact.objects.exists()
    assert post(visitor, page, ANA)["Location"] == f"{page}?done=registered"
    assert "Ya quedó su registro" in get(visitor, f"{page}?done=registered").content.decode()
    contact = Contact.objects.get()
    attendee = Attendee.objects.get()
    assert (contact.full_name, contact.owner_id, attendee.status) == ("Ana Luna", event.owner_id, "accepted")
    assert Activity.objects.get().contact_id == contact.pk
    assert "Acepto que" in attendee.consent
    work_off()
    assert mail.outbox[0].to == ["ana@ejemplo.mx"]
    ticket = get(visitor, public_path(attendee)).content.decode()
    assert attendee.code in ticket
    assert "data:image/svg+xml" in ticket
    calendar = get(visitor, f"{public_path(attendee)}/event.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    with untouched():
        post(visitor, page, {**ANA, "email": "robot@x.mx", "place": "x"})


def test_who_is_known_is_matched_and_registers_once(api: Api, visitor: Client) -> None:
    known = contact_of(api, "Anita", emails=[{"email": "ana@ejemplo.mx"}])
    event = an_open_event(api)
    for _again in range(2):
        assert post(visitor, public_path(event), ANA).status_code == 303
    assert Attendee.objects.get().contact_id == known
    assert Contact.objects.get().first_name == "Anita"


def test_full_closed_over_and_cancelled_say_so(api: Api, visitor: Client) -> None:
    event = an_open_event(api, max_attendees=1)
    page = public_path(event)
    assert "1 lugar" in get(visitor, page).content.decode()
    post(visitor, page, ANA)
    assert "Todos los lugares están ocupados" in get(visitor, page).content.decode()
    eva = {**ANA, "email": "eva@ejemplo.mx", "first_name": "Eva", "phone": ""}
    assert post(visitor, page, eva).status_code == 422
    assert post(visitor, page, {**eva, "waits": "1"})["Location"].endswith("done=waiting")
    assert Attendee.objects.filter(status="waitlisted").count() == 1
    api.put(f"/events/{event.pk}", {"is_open": False})
    assert "El registro está cerrado." in get(visitor, page).content.decode()
    with untouched():
        assert post(visitor, page, {**eva, "email": "otra@x.mx"}).status_code == 422
    api.delete(f"/events/{event.pk}")
    gone = get(visitor, page)
    assert (gone.status_code, "no se llevará a cabo" in gone.content.decode()) == (410, True)
    assert get(visitor, "/e/" + "x" * 43).status_code == 404


def test_an_attendee_answers_on_their_own_page(api: Api, visitor: Client) -> None:
    event = an_open_event(api)
    post(visitor, public_path(event), ANA)
    attendee = Attendee.objects.get()
    own = public_path(attendee)
    for answer in ("declined", "tentative", "accepted"):
        assert post(visitor, own, {"status": answer}).status_code == 303
        attendee.refresh_from_db()
        assert attendee.status == answer
    with untouched():
        assert post(visitor, own, {"status": "pending"}).status_code == 303


def test_a_feed_is_told_again_when_it_has_changed(api: Api, visitor: Client) -> None:
    event = an_open_event(api, title="Junta")
    path = api.post("/calendar-feed").data["path"]
    first = get(visitor, path)
    assert b"SUMMARY:Junta" in first.content
    assert get(visitor, path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    api.put(f"/events/{event.pk}", {"title": "Otra"})
    again = get(visitor, path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, b"SUMMARY:Otra" in again.content) == (200, True)
    api.delete("/calendar-feed")
    assert get(visitor, path).status_code == 404
