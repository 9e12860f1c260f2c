"""Calendars by RFC 5545: the file that goes with a mail, and the feeds that calendar programs read.

Times are the tenant's own, with the rules of its zone in the file: a program elsewhere shows the same
moment. `icalendar` escapes and folds the texts.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from icalendar import Alarm, Calendar, vCalAddress, vText
from icalendar import Event as Entry

from crm.models import Activity
from events.links import public_link
from events.models import Attendee, AttendeeStatus, Event
from leadercrm.core.clock import tenant_zone
from leadercrm.tenancy.binding import current_tenant

PRODUCT = "-//Leader CRM//Events//ES"
# How often programs are asked to come back.
REFRESH = timedelta(hours=1)
ALARM = timedelta(minutes=-30)
# How long an activity looks: it has a moment, and no end.
SHOWN_FOR, WHOLE_DAY = timedelta(minutes=30), timedelta(days=1)
# PUBLISH asks for no answer by mail, which nobody here would read: people answer on their page.
PUBLISHED, CANCELLED = "PUBLISH", "CANCEL"


def file_of(event: Event, *, attendee: Attendee | None = None) -> bytes:
    """One event as a file for a mail or a download; of one in the bin, what takes it out of calendars."""
    calendar = _calendar(CANCELLED if event.deleted_at else PUBLISHED)
    calendar.add_component(_entry(event, attendee))
    return _written(calendar)


def feed_of(
    events: Iterable[Event],
    *,
    name: str,
    statuses: dict[int, str] | None = None,
    activities: Iterable[Activity] = (),
) -> bytes:
    """Many events as a feed, and what its reader is to do. `statuses` says by event what they have answered."""
    calendar = _calendar(PUBLISHED)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("NAME", name)
    calendar.add("X-WR-TIMEZONE", str(tenant_zone()))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for event in events:
        calendar.add_component(_entry(event, None, (statuses or {}).get(event.pk)))
    for activity in activities:
        calendar.add_component(_task(activity))
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method)
    return calendar


def _entry(event: Event, attendee: Attendee | None, status: str | None = None) -> Entry:
    status = attendee.status if attendee else status
    entry = Entry()
    entry.add("UID", uid_of(event))
    entry.add("DTSTAMP", timezone.now())
    entry.add("LAST-MODIFIED", event.updated_at)
    entry.add("SEQUENCE", event.revision)
    entry.add("DTSTART", _local(event.start_at))
    entry.add("DTEND", _local(event.end_at))
    entry.add("SUMMARY", event.title)
    entry.add("CATEGORIES", [event.type])
    entry.add("STATUS", _status(event, status))
    for name, text in (("LOCATION", event.location), ("DESCRIPTION", event.description)):
        if text:
            entry.add(name, text)
    if attendee is not None and public_link(attendee):
        entry.add("URL", public_link(attendee))
    if event.owner is not None and event.owner.is_active:
        entry.add("ORGANIZER", _organizer(event.owner), encode=False)
    if event.deleted_at is None:
        entry.add_component(_alarm(event))
    return entry


def _task(activity: Activity) -> Entry:
    """An activity takes no time that others could ask for: it is shown, and keeps nobody busy."""
    assert activity.due_at is not None  # noqa: S101 - what has no day is in no calendar
    entry = Entry()
    entry.add("UID", uid_of(activity))
    entry.add("DTSTAMP", timezone.now())
    entry.add("LAST-MODIFIED", activity.updated_at)
    entry.add("DTSTART", activity.due_at.astimezone(UTC).date() if activity.due_all_day else _local(activity.due_at))
    entry.add("DURATION", WHOLE_DAY if activity.due_all_day else SHOWN_FOR)
    entry.add("SUMMARY", activity.subject)
    entry.add("CATEGORIES", [activity.type])
    entry.add("TRANSP", "TRANSPARENT")
    if activity.notes:
        entry.add("DESCRIPTION", activity.notes)
    if settings.PUBLIC_URL:
        entry.add("URL", f"{settings.PUBLIC_URL}/activities/{activity.pk}")
    return entry


def uid_of(row: Event | Activity) -> str:
    """One event, or activity, is the same in every file and feed, for ever."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"{type(row).__name__.lower()}-{current_tenant().id}-{row.pk}@{host}"


def _status(event: Event, status: str | None) -> str:
    if event.deleted_at is not None or status == AttendeeStatus.DECLINED:
        return "CANCELLED"
    return "CONFIRMED" if status in (None, AttendeeStatus.ACCEPTED) else "TENTATIVE"


def _organizer(user: Any) -> vCalAddress:
    address = vCalAddress(f"mailto:{user.email}")
    address.params["CN"] = vText(user.name)
    return address


def _alarm(event: Event) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", event.title)
    alarm.add("TRIGGER", ALARM)
    return alarm


def _local(at: datetime) -> datetime:
    return at.astimezone(tenant_zone())


def _written(calendar: Calendar) -> bytes:
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written
