"""What stands in a calendar: activities by when they are due, and events, between two moments."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from crm.models import ActivityStatus
from crm.queries_activities import ACTIVITIES
from events.models import Attendee, AttendeeStatus
from events.queries import EVENTS
from leadercrm.core.actor import Actor

# Three months of a busy team. What is beyond is not drawn, and the page says so.
MOST = 1500
LONGEST = timedelta(days=100)


def planned_activities(actor: Actor, begin: datetime, end: datetime, user_id: int | None) -> QuerySet[Any]:
    """Those that are due between two moments, of one user or of all whom the actor sees; cancelled ones are none."""
    rows = ACTIVITIES.visible(actor).filter(due_at__gte=begin - timedelta(days=1), due_at__lt=end + timedelta(days=1))
    rows = rows.exclude(status=ActivityStatus.CANCELLED)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    fields = ("pk", "subject", "type", "status", "due_at", "due_all_day", "deadline", "user_id", "user__name")
    return rows.order_by("due_at", "pk").values(*fields)[:MOST]


def planned_events(actor: Actor, begin: datetime, end: datetime, user_id: int | None) -> QuerySet[Any]:
    """Those that take place between two moments; of one user, what they own or attend and have not declined."""
    rows = EVENTS.visible(actor).filter(start_at__lt=end, end_at__gt=begin)
    if user_id is not None:
        attended = Attendee.objects.filter(user_id=user_id).exclude(status=AttendeeStatus.DECLINED)
        rows = rows.filter(Q(owner_id=user_id) | Q(pk__in=attended.values("event_id")))
    return rows.order_by("start_at", "pk").values("pk", "title", "start_at", "end_at", "owner_id", "location")[:MOST]


def is_late(activity: Mapping[str, Any], now: datetime) -> bool:
    """Whether it is pending and its deadline is over."""
    return bool(activity["status"] == ActivityStatus.PENDING and activity["deadline"] < now)


def day_as_kept(activity: Mapping[str, Any]) -> str:
    """The day of an activity without a time, which is kept as midnight in UTC."""
    day: str = activity["due_at"].astimezone(UTC).date().isoformat()
    return day
