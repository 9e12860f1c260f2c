"""Moments as people read them, in the tenant's zone."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.models import Event
from leadercrm.core.clock import tenant_zone


def when(event: Event) -> str:
    """From when to when, in the active language: "Sunday, 20 April 2025, 11:00 – 12:30 (CST)"."""
    zone = tenant_zone()
    start, end = event.start_at.astimezone(zone), event.end_at.astimezone(zone)
    first = f"{day(start)}, {hour(start)}"
    last = hour(end) if start.date() == end.date() else f"{day(end)}, {hour(end)}"
    return f"{first} – {last} ({zone_name(start)})"


def day(at: datetime) -> str:
    text = date_format(at, _("l, F j, Y"))
    # Spanish writes months small; the names that Django has for Mexico are not.
    return text.capitalize() if (get_language() or "").startswith("es") else text


def hour(at: datetime) -> str:
    return date_format(at, "H:i")


def zone_name(at: datetime) -> str:
    """CST, or as the zone has no letters, UTC-06:00."""
    name = at.tzname() or ""
    return name if name.isalpha() else f"UTC{at:%z}"[:6] + ":" + f"{at:%z}"[3:]


class Moment:
    """`when`, for a text whose language is not known yet."""

    def __init__(self, event: Event) -> None:
        self.event = event

    def __str__(self) -> str:
        return when(self.event)
