"""Feeds for calendar programs, by their secret link."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.models import Activity, ActivityStatus
from events.calendars import feed_of
from events.links import opened
from events.models import Attendee, AttendeeStatus, CalendarFeed, Event
from leadercrm.core.api import throttling
from leadercrm.core.web.branding import house
from leadercrm.core.web.public import PublicView
from leadercrm.tenancy.links import InvalidLink

PAST = timedelta(days=90)
MOST = 1000


class FeedFile(PublicView):
    """The feed. Calendar programs come again and again: who has it as it is gets a 304."""

    http_method_names = ["get", "head"]
    refused = "events/public/refused.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, CalendarFeed) as feed:
            throttling.PUBLIC_FILE.spend(token[:20])
            if not feed.is_shared or (feed.user is not None and not feed.user.is_active):
                raise InvalidLink
            events = list(_events(feed))
            statuses, activities = _statuses(feed, events), list(_activities(feed))
            etag = f'"{feed.pk}-{_version(events, statuses, activities)}"'
            headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
            known = get_conditional_response(request, etag=etag)
            if known is not None:
                for name, value in headers.items():
                    known.headers[name] = value
                return known
            content = feed_of(events, name=_name(feed), statuses=statuses, activities=activities)
            return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _events(feed: CalendarFeed) -> QuerySet[Event, Event]:
    """What was not long ago and what is to come; of a user's feed what they own or attend, unless they declined."""
    events: QuerySet[Event, Event] = Event.objects.select_related("owner").filter(end_at__gt=timezone.now() - PAST)
    if feed.user_id is not None:
        attended = Attendee.objects.filter(user_id=feed.user_id).exclude(status=AttendeeStatus.DECLINED)
        events = events.filter(Q(owner_id=feed.user_id) | Q(pk__in=attended.values("event_id")))
    return events.order_by("start_at", "pk")[:MOST]


def _activities(feed: CalendarFeed) -> QuerySet[Activity, Activity]:
    """What a user is still to do on some day. What is done leaves the calendar."""
    rows: QuerySet[Activity, Activity] = Activity.objects.filter(
        user_id=feed.user_id or 0, status=ActivityStatus.PENDING, due_at__gt=timezone.now() - PAST
    )
    return rows.order_by("due_at", "pk")[:MOST]


def _statuses(feed: CalendarFeed, events: list[Event]) -> dict[int, str]:
    rows = Attendee.objects.filter(user_id=feed.user_id, event__in=events) if feed.user_id is not None else None
    return dict(rows.values_list("event_id", "status")) if rows is not None else {}


def _version(events: list[Event], statuses: dict[int, str], activities: list[Activity]) -> str:
    """Another one whenever the feed is another: its rows as they were changed last, and the user's answers."""
    seen = [(event.pk, event.revision, event.updated_at.isoformat(), statuses.get(event.pk)) for event in events]
    planned = [(activity.pk, activity.updated_at.isoformat()) for activity in activities]
    return sha256(repr((get_language(), seen, planned)).encode()).hexdigest()[:32]


def _name(feed: CalendarFeed) -> str:
    values: dict[str, Any] = {"house": house().name, "name": feed.user.name if feed.user else ""}
    return _("%(name)s: events of %(house)s") % values if feed.user else _("Events of %(house)s") % values
