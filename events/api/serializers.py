"""The shapes of what clients send for events and attendees."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from events.models import AttendeeStatus
from leadercrm.core.api.fields import DayOrMoment, Flag, ListOf, OneOf, RowId, Text, Whole
from leadercrm.core.clock import moment_of

MOST_SEATS = 1_000_000
# Half a year.
MOST_MINUTES = 60 * 24 * 183
# What people say; the waiting list is what becomes of it.
ANSWERS = (AttendeeStatus.ACCEPTED, AttendeeStatus.DECLINED, AttendeeStatus.TENTATIVE)
NOTED = (*ANSWERS, AttendeeStatus.PENDING)


class Instant(DayOrMoment):
    """A moment; of a date alone, its midnight in UTC (G-20)."""

    def to_internal_value(self, data: Any) -> Any:
        due = super().to_internal_value(data)
        return due if isinstance(due, datetime) else moment_of(due)


class EventInput(serializers.Serializer[Any]):
    """`reminder_minutes` before the start, attendees are reminded; null for no reminders."""

    title = Text(max_length=255)
    type = Text(max_length=50)
    start_at = Instant()
    end_at = Instant()
    description = Text(max_length=20_000, required=False, allow_null=True)
    location = Text(max_length=255, required=False, allow_null=True)
    max_attendees = Whole(min_value=1, max_value=MOST_SEATS, required=False, allow_null=True)
    is_mandatory = Flag(required=False)
    is_open = Flag(required=False)
    reminder_minutes = Whole(min_value=1, max_value=MOST_MINUTES, required=False, allow_null=True)
    owner_id = RowId(required=False, allow_null=True)


class AttendeeInput(serializers.Serializer[Any]):
    """`user_id` or `contact_id`. With `waitlist`, who accepts where all seats are taken waits for one."""

    user_id = RowId(required=False, allow_null=True)
    contact_id = RowId(required=False, allow_null=True)
    status = OneOf(NOTED, required=False)
    notes = Text(max_length=1000, required=False, allow_null=True)
    waitlist = Flag(required=False)


class AnswerInput(serializers.Serializer[Any]):
    """The caller's answer, or the contact's that is named."""

    status = OneOf(ANSWERS)
    contact_id = RowId(required=False, allow_null=True)
    waitlist = Flag(required=False)


class InviteInput(serializers.Serializer[Any]):
    """Contacts, a segment, or both."""

    contact_ids = ListOf(child=RowId(), max_length=5000, required=False)
    segment_id = RowId(required=False, allow_null=True)


class CodeInput(serializers.Serializer[Any]):
    """What a ticket's QR code says, or the eight letters and digits below it."""

    code = Text(max_length=500)


class EventShareInput(serializers.Serializer[Any]):
    renew = Flag(required=False)
