"""A segment of contacts is invited: those who want no mail are left out."""

import pytest
from django.core import mail

from events.actions import inviting
from events.models import Attendee
from events.tests.test_events_api import make
from events.tests.test_inviting import person, work_off
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from marketing.models import ContactConsent, Suppression


def test_segment_is_invited_without_those_who_want_no_mail(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, eva, ines, olga, rosa = (person(api, name) for name in ("Ana", "Eva", "Ines", "Olga", "Rosa"))
    ContactConsent.objects.create(contact_id=eva, status="withdrawn")
    ContactConsent.objects.create(contact_id=ines, repep=True)
    Suppression.objects.create(email="olga@ejemplo.mx", reason="bounced")
    segment = api.post("/segments", {"name": "Todos", "type": "static"}).data["id"]
    assert api.post(f"/segments/{segment}/contacts", {"contact_ids": [ana, eva, ines, olga]}).status == 200
    event = make(api)["id"]
    assert set(api.post(f"/events/{event}/invite", {"segment_id": segment + 1}).errors) == {"segment_id"}
    asked = {"segment_id": segment, "contact_ids": [rosa]}
    monkeypatch.setattr(inviting, "MOST", 4)
    with untouched():
        many = api.post(f"/events/{event}/invite", asked)
    assert (many.json["code"], set(many.errors)) == ("too_many", {"segment_id"})
    monkeypatch.undo()
    assert api.post(f"/events/{event}/invite", asked).data == {"invited": 2, "already": 0, "unmailable": 3}
    work_off()
    assert [message.to for message in mail.outbox] == [["ana@ejemplo.mx"], ["rosa@ejemplo.mx"]]
    assert set(Attendee.objects.filter(event_id=event).values_list("contact_id", flat=True)) == {ana, rosa}
