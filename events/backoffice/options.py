"""What the filters and forms of events let people choose from."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.wording import called
from events.models import AttendeeStatus, Event
from events.models.event import TYPES


def event_types() -> Iterable[tuple[Any, Any]]:
    """Those that are suggested, and the tenant's own."""
    own = Event.objects.exclude(type__in=TYPES).order_by("type").values_list("type", flat=True).distinct()
    return [(name, called(name)) for name in (*TYPES, *own)]


def times() -> Iterable[tuple[Any, Any]]:
    return [("true", _("Upcoming"))]


def answers() -> Iterable[tuple[Any, Any]]:
    return [(status, called(status)) for status in AttendeeStatus.values]
