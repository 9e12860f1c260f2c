"""Reminders: each attendee once before each start, and nobody of what is over, called off or declined."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.utils import timezone

from events.actions.reminding import remind, schedule_reminders
from events.actions.telling import tell_soon
from events.models import Attendee, Event
from events.tests.test_events_api import make
from events.tests.test_inviting import person, work_off
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel, met
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind


def starting(api: Api, minutes: int, **values: Any) -> int:
    """An event that begins in so many minutes, of which attendees are reminded an hour before."""
    start = timezone.now() + timedelta(minutes=minutes)
    times = {"start_at": start.isoformat(), "end_at": (start + timedelta(hours=2)).isoformat()}
    row_id: int = make(api, reminder_minutes=60, **{**times, **values})["id"]
    return row_id


def answered(api: Api, event: int, contact: int, status: str) -> None:
    body = {"contact_id": contact, "status": status, "waitlist": True}
    assert api.post(f"/events/{event}/rsvp", body).status == 200


def reminders() -> QuerySet[Notification]:
    return Notification.objects.filter(type="event_reminder")


def due_now() -> None:
    """Time goes by."""
    Event.objects.update(remind_at=timezone.now())


def test_who_comes_is_reminded_once(api: Api, alfa: TestTenant, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example.com"
    event = starting(api, 90, max_attendees=3)
    for name, status in (("Ana", "accepted"), ("Eva", "tentative"), ("Ivo", "declined"), ("Leo", "accepted")):
        answered(api, event, person(api, name), status)
    assert api.post(f"/events/{event}/rsvp", {"status": "accepted"}).status == 200
    waiting = person(api, "Zoe")
    answered(api, event, waiting, "accepted")
    work_off()
    mail.outbox.clear()
    remind(actor=Actor.system())
    assert WorkItem.objects.filter(task="events.send_mail", state="waiting").count() == 0  # an hour before, not now
    due_now()
    assert remind(actor=Actor.system()) == 4
    assert remind(actor=Actor.system()) == 0
    work_off()
    assert sorted(message.to[0] for message in mail.outbox) == ["ana@ejemplo.mx", "eva@ejemplo.mx", "leo@ejemplo.mx"]
    assert all(message.attachments[0][0] == "event.ics" for message in mail.outbox)
    assert "https://crm.example.com/a/" in mail.outbox[0].body
    assert [row.user_id for row in reminders()] == [alfa.users["admin"]]


@pytest.mark.parametrize("change", ["moved", "called off", "begun", "without"])
def test_what_changed_meanwhile_counts(api: Api, alfa: TestTenant, change: str) -> None:
    event = starting(api, 90)
    assert api.post(f"/events/{event}/rsvp", {"status": "accepted"}).status == 200
    if change == "moved":
        times = [(timezone.now() + timedelta(days=9, hours=hours)).isoformat() for hours in (0, 1)]
        assert api.put(f"/events/{event}", {"start_at": times[0], "end_at": times[1]}).status == 200
    elif change == "called off":
        assert api.delete(f"/events/{event}").status == 200
    elif change == "without":
        assert api.put(f"/events/{event}", {"reminder_minutes": None}).status == 200
    else:
        due_now()
        Event.objects.update(start_at=timezone.now())
    if change != "begun":
        Event.objects.filter(remind_at__lt=timezone.now() + timedelta(hours=1)).update(remind_at=timezone.now())
    assert remind(actor=Actor.system()) == 0
    assert not reminders().exists()


def test_a_new_start_is_reminded_of_anew(api: Api, alfa: TestTenant) -> None:
    event = starting(api, 90)
    assert api.post(f"/events/{event}/rsvp", {"status": "accepted"}).status == 200
    due_now()
    assert remind(actor=Actor.system()) == 1
    times = [(timezone.now() + timedelta(days=2, hours=hours)).isoformat() for hours in (0, 1)]
    assert api.put(f"/events/{event}", {"start_at": times[0], "end_at": times[1]}).status == 200
    due_now()
    assert remind(actor=Actor.system()) == 1
    assert reminders().count() == 2


def test_of_a_mandatory_event_who_has_not_answered_is_reminded_too(api: Api, alfa: TestTenant) -> None:
    event = starting(api, 90, is_mandatory=True)
    Attendee.objects.filter(event_id=event, user_id=alfa.users["sales"]).update(status="declined")
    due_now()
    assert remind(actor=Actor.system()) == 3


def test_beat_schedules_what_is_near_and_what_was_missed(api: Api) -> None:
    starting(api, 90)
    starting(api, 60 * 24 * 5)
    WorkItem.objects.all().delete()
    assert schedule_reminders(actor=Actor.system()) == 1
    Event.objects.filter(remind_at__gt=timezone.now() + timedelta(hours=3)).update(
        remind_at=timezone.now() - timedelta(hours=1)
    )
    assert schedule_reminders(actor=Actor.system()) == 2


def reminded_at_once(live: TestTenant) -> int:
    """How many notifications come of four reminders at the same moment."""
    api = Api(live.tokens["admin"])
    event = starting(api, 90)
    assert api.post(f"/events/{event}/rsvp", {"status": "accepted"}).status == 200

    def call() -> int:
        with bind(live.bound):
            return remind(actor=Actor.system())

    with bind(live.bound):
        due_now()
    in_parallel([partial(call)] * 4)
    with bind(live.bound):
        return Notification.objects.filter(type="event_reminder").count()


def test_two_who_remind_at_once_remind_once(live: TestTenant) -> None:
    assert reminded_at_once(live) == 1


def test_control_without_the_locks_they_remind_twice(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(rows: Any, **_options: Any) -> Any:
        return rows

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    monkeypatch.setattr("events.actions.reminding.tell_soon", met(4, tell_soon))
    assert reminded_at_once(live) == 4
