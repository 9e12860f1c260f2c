"""Invitations by mail: who gets one, once, and what becomes of them."""

from typing import Any

from django.core import mail
from django.db.models import QuerySet
from django.utils import timezone

from crm import audiences
from crm.models import Contact
from events.actions.rounds import next_batch
from events.mails import Kind
from events.models import Attendee
from events.tests.test_attendees_api import contact_of
from events.tests.test_events_api import WEBINAR, make
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem
from leadercrm.core.outbox import run
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched


def person(api: Api, name: str) -> int:
    return contact_of(api, name, emails=[{"email": f"{name.lower()}@ejemplo.mx"}])


def work_off() -> None:
    """Do what has been scheduled for now, and what that schedules."""
    mine = WorkItem.objects.filter(task__startswith="events.", state="waiting")
    while waiting := list(mine.filter(due_at__lte=timezone.now())):
        for item in waiting:
            run(item.pk)


def test_contacts_are_invited_once_with_a_calendar_file(api: Api, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    event = make(api, title="Webinar; año, 2025", location="Sala 1")["id"]
    ana, eva, mute = person(api, "Ana"), person(api, "Eva"), contact_of(api, "Mute")
    answer = api.post(f"/events/{event}/invite", {"contact_ids": [ana, eva, mute, ana]})
    assert answer.data == {"invited": 2, "already": 0, "unmailable": 1}
    assert api.post(f"/events/{event}/invite", {"contact_ids": [ana]}).data == {
        "invited": 0, "already": 1, "unmailable": 0,
    }  # fmt: skip
    work_off()
    assert [message.to for message in mail.outbox] == [["ana@ejemplo.mx"], ["eva@ejemplo.mx"]]
    name, content, kind = mail.outbox[0].attachments[0]
    assert (name, kind) == ("event.ics", "text/calendar")
    text = content if isinstance(content, str) else content.decode()
    assert "SUMMARY:Webinar\\; año\\, 2025\r\n" in text
    assert "https://crm.example.com/a/" in mail.outbox[0].body
    rows = api.get(f"/events/{event}/attendees").data
    assert {row["contact_id"]: row["origin"] for row in rows} == {ana: "invitation", eva: "invitation"}
    assert all(row["invited_at"] for row in rows)
    # A round that is called once more finds nobody.
    next_batch(event, Kind.INVITATION, 0, actor=Actor.system())
    work_off()
    assert len(mail.outbox) == 2


def test_batches_follow_each_other(api: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr("events.actions.rounds.BATCH", 2)
    event = make(api)["id"]
    people = [person(api, name) for name in ("Ana", "Eva", "Ines", "Olga", "Rosa")]
    assert api.post(f"/events/{event}/invite", {"contact_ids": people}).data["invited"] == 5
    work_off()
    assert len({tuple(message.to) for message in mail.outbox}) == len(mail.outbox) == 5


def test_segments_and_those_who_want_no_mail(api: Api, monkeypatch: Any) -> None:
    """Both are other apps' to know: they register with crm.audiences."""
    ana, eva = person(api, "Ana"), person(api, "Eva")
    event = make(api)["id"]

    def chosen(pk: int, actor: Actor) -> QuerySet[Any, Any] | None:
        return Contact.objects.values_list("pk") if pk == 7 else None

    monkeypatch.setitem(audiences.CHOOSERS, "segment", chosen)
    monkeypatch.setattr(audiences, "GUARDS", [lambda addresses: [pk for pk in addresses if pk == eva]])
    with untouched():
        assert set(api.post(f"/events/{event}/invite", {"segment_id": 8}).errors) == {"segment_id"}
    assert api.post(f"/events/{event}/invite", {"segment_id": 7}).data == {
        "invited": 1, "already": 0, "unmailable": 1,
    }  # fmt: skip
    assert Attendee.objects.get(event_id=event).contact_id == ana


def test_what_cannot_be_invited_to_is_refused(api: Api, sales: Api) -> None:
    past, event = api.post("/events", WEBINAR).data["id"], make(api)["id"]
    ana = person(api, "Ana")
    with untouched():
        over = api.post(f"/events/{past}/invite", {"contact_ids": [ana]})
        assert (over.json["code"], set(over.errors)) == ("over", {"end_at"})
        assert set(api.post(f"/events/{event}/invite", {"contact_ids": [ana, 999999]}).errors) == {"contact_ids.1"}
        assert sales.post(f"/events/{event}/invite", {"contact_ids": [ana]}).status == 403


def test_those_concerned_hear_of_changes_and_of_the_end(api: Api, sales: Api, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    event = make(api)["id"]
    assert sales.post(f"/events/{event}/rsvp", {"status": "accepted"}).status == 200
    for name, status in (("Ana", "accepted"), ("Eva", "declined")):
        body = {"contact_id": person(api, name), "status": status}
        assert api.post(f"/events/{event}/attendees", body).status == 201
    assert api.put(f"/events/{event}", {"description": "Otro texto"}).status == 200
    work_off()
    assert mail.outbox == []
    assert api.put(f"/events/{event}", {"location": "Sala 9"}).status == 200
    work_off()
    assert api.delete(f"/events/{event}").status == 200
    work_off()
    assert [message.to for message in mail.outbox] == [["ana@ejemplo.mx"]] * 2
    moved, cancelled = ("".join(str(part[1]) for part in message.attachments) for message in mail.outbox)
    assert "SEQUENCE:2" in moved
    assert "LOCATION:Sala 9" in moved
    assert "METHOD:CANCEL" in cancelled
    assert "STATUS:CANCELLED" in cancelled
    titles = [row["title"] for row in sales.get("/notifications").data if row["type"] == "event_changed"]
    assert len(titles) == 2
