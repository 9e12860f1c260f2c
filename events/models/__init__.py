"""Events, who attends them, and the feeds that calendars read them by."""

from events.models.attendee import SEATED, Attendee, AttendeeStatus, Origin
from events.models.event import Event
from events.models.feed import CalendarFeed

__all__ = ["SEATED", "Attendee", "AttendeeStatus", "CalendarFeed", "Event", "Origin"]
