"""Five hundred answers at the same moment for twenty seats: exactly twenty get one."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from crm.models import Contact
from events.actions import attendees
from events.models import Attendee, Event
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.parallel import by_hands
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

SEATS, ANSWERS, HANDS = 20, 500, 12


def answered_at_once(live: TestTenant, answers: int) -> tuple[Counter[str], Counter[str]]:
    """What so many who accept are told, every fifth of them ready to wait, and where they stand afterwards."""
    start = timezone.now() + timedelta(days=3)
    with bind(live.bound):
        people = [Contact(first_name=f"Ana {number}") for number in range(answers)]
        for person in people:
            person.derive()
        ids = [person.pk for person in Contact.objects.bulk_create(people)]
        event = Event.objects.create(
            title="Webinar", type="webinar", start_at=start, end_at=start + timedelta(hours=1), max_attendees=SEATS
        )
    told: list[str] = []

    def accept(contact: int, number: int) -> None:
        values = {"status": "accepted", "contact_id": contact, "waitlist": number % 5 == 0}
        try:
            with bind(live.bound):
                told.append(attendees.rsvp(event, values, actor=live.actor()).status)
        except DomainError as refusal:
            told.append(refusal.code)

    by_hands([partial(accept, contact, number) for number, contact in enumerate(ids)], HANDS)
    with bind(live.bound):
        return Counter(told), Counter(Attendee.objects.values_list("status", flat=True))


def test_of_500_answers_for_20_seats_exactly_20_get_one(live: TestTenant) -> None:
    told, standing = answered_at_once(live, ANSWERS)
    waiting = standing["waitlisted"]
    assert standing == {"accepted": SEATS, "waitlisted": waiting}
    # Whoever was ready to wait does so, but for those of them who got a seat.
    assert ANSWERS // 5 - SEATS <= waiting <= ANSWERS // 5
    assert told == {"accepted": SEATS, "waitlisted": waiting, "full": ANSWERS - SEATS - waiting}


def test_control_without_the_events_lock_too_many_get_one(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendees, "lock", lambda event: Event.objects.get(pk=event.pk))
    assert answered_at_once(live, 80)[1]["accepted"] > SEATS
