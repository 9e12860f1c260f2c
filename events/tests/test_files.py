"""The list of attendees as CSV, and the QR codes of tickets."""

import csv
import io
from typing import Any

from segno import make as qr_code

from events.links import public_link
from events.models import Attendee
from events.tests.test_attendees_api import contact_of
from events.tests.test_events_api import make
from leadercrm.core.sheets import harmless
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched


def test_list_of_attendees_is_a_file_that_spreadsheets_read(api: Api, viewer: Api) -> None:
    event = make(api)["id"]
    names = ("Ñandú", "=HYPERLINK(1)", "+52", "@x", 'Comilla" y, coma')
    for name in names:
        body = {"contact_id": contact_of(api, name), "status": "accepted", "notes": "-1+1"}
        assert api.post(f"/events/{event}/attendees", body).status == 201
    with untouched():
        answer = viewer.get(f"/events/{event}/attendees.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.body.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len({len(row) for row in rows}) == 1
    assert [row[0] for row in rows[1:]] == ["'+52", "'=HYPERLINK(1)", "'@x", 'Comilla" y, coma', "Ñandú"]
    assert {row[5] for row in rows[1:]} == {"'-1+1"}
    assert api.get("/events/999999/attendees.csv").status == 404


def test_harmless_leaves_other_texts_alone() -> None:
    assert [harmless(text) for text in ("Ana", "", "a=b", "\tx", "＝1")] == ["Ana", "", "a=b", "'\tx", "'＝1"]


def test_qr_code_is_the_ticket_s_address(api: Api, settings: Any, monkeypatch: Any) -> None:
    event, other = make(api)["id"], make(api)["id"]
    attendee = api.post(f"/events/{event}/rsvp", {"status": "accepted"}).data["id"]
    said: list[str] = []

    def heard(text: str, **how: Any) -> Any:
        said.append(text)
        return qr_code(text, **how)

    monkeypatch.setattr("events.attendance.segno.make", heard)
    plain = api.get(f"/events/{event}/attendees/{attendee}/qr")
    settings.PUBLIC_URL = "https://crm.example.com"
    linked = api.get(f"/events/{event}/attendees/{attendee}/qr")
    row = Attendee.objects.get(pk=attendee)
    assert said == [row.code, public_link(row)]
    assert plain.headers["Content-Type"] == linked.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in linked.body
    assert api.get(f"/events/{other}/attendees/{attendee}/qr").status == 404
