"""The calendar: what is to be done and what takes place, by month, week and day; dragged, it is put off.

Times go to the browser and come back as the tenant's wall shows them, without an offset: people in another
zone plan by the same clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import change_activity
from crm.backoffice.options import users
from crm.models import ActivityStatus
from crm.queries_activities import ACTIVITIES
from events.actions.events import change_event
from events.planning import LONGEST, MOST, day_as_kept, is_late, planned_activities, planned_events
from events.queries import EVENTS
from leadercrm.core.api.fields import DAY
from leadercrm.core.clock import tenant_zone
from leadercrm.core.errors import DomainError
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.acts import came_from
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast, warn

EVERYBODY = "all"
NO_TIME = _("Say when.")


class CalendarPage(Page):
    """The frame; its entries come from `CalendarEntries`."""

    template = "events/backoffice/calendar.html"
    title = _("Calendar")
    section = "agenda"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        chosen = self.request.GET.get("whose", "")
        people = [(str(pk), name, str(pk) == chosen) for pk, name in users() if pk != self.actor.user_id]
        return {
            "people": people,
            "everybody": chosen == EVERYBODY,
            "now": timezone.now().astimezone(tenant_zone()).replace(tzinfo=None).isoformat(timespec="seconds"),
            "may_plan": self.actor.may("crm.create_activity"),
        }


class CalendarEntries(Page):
    """What stands between `start` and `end`, as FullCalendar reads it."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        begin, end = (_moment(request.GET.get(name, "")) for name in ("start", "end"))
        if not timedelta() < end - begin <= LONGEST:
            raise DomainError(_("Ask for 100 days at most."), field="end")
        whose, now = self._whose(), timezone.now()
        activities = list(planned_activities(self.actor, begin, end, whose))
        events = list(planned_events(self.actor, begin, end, whose))
        entries = [*(_activity(row, now) for row in activities), *(_event(row) for row in events)]
        return JsonResponse({"entries": entries, "cut": MOST in (len(activities), len(events))})

    def _whose(self) -> int | None:
        """The user whose calendar it is: one's own, unless another's or everybody's is asked for."""
        asked = self.request.GET.get("whose", "")
        if asked == EVERYBODY or (not asked and self.actor.user_id is None):
            return None
        given = int(asked) if asked.isascii() and asked.isdigit() else self.actor.user_id or 0
        return min(given, MAX_ID)


@dataclass(frozen=True)
class When:
    """What an entry was dragged to: a day alone, or a moment, and for events until when."""

    start: date | datetime
    end: datetime | None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "When":
        """422 for anything else."""
        start, end = str(data.get("start", "")), str(data.get("end", ""))
        at = _moment(start)
        return cls(at.date() if DAY.fullmatch(start) else at, _moment(end) if end else None)


class EntryMove(Page):
    """Put something off, or forward. The way back is the same address with the time that it had."""

    http_method_names = ["post"]
    move: ClassVar[Callable[..., str]]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        when = When.read({**request.GET.dict(), **request.POST.dict()})
        before = type(self).move(pk, when, self.actor)
        undo = f"{request.path}?{before}" if before else ""
        if before:
            toast(request, _("Moved to %(when)s.") % {"when": _told(when.start)}, undo=undo)
        return see_other(came_from(request))

    def refused(self, refusal: DomainError) -> HttpResponse:
        """The entry goes back to where it was, and a toast says why."""
        warn(self.request, next((text for texts in refusal.errors.values() for text in texts), refusal.message))
        return see_other(came_from(self.request))


def move_activity(pk: int, when: When, actor: Any) -> str:
    """Change when it is due; what it was, as the address's query."""
    row = row_of(ACTIVITIES, pk, actor)
    before = day_as_kept(vars(row)) if row.due_all_day else _wall(row.due_at) if row.due_at else ""
    change_activity(row, {"due_at": when.start}, actor=actor)
    return urlencode({"start": before}) if before else ""


def move_event(pk: int, when: When, actor: Any) -> str:
    """Change when it takes place; without an end it lasts as long as before. A day alone keeps the hour."""
    row = row_of(EVENTS, pk, actor)
    before = urlencode({"start": _wall(row.start_at), "end": _wall(row.end_at)})
    start = when.start
    if not isinstance(start, datetime):
        start = datetime.combine(start, row.start_at.astimezone(tenant_zone()).time(), tenant_zone())
    values = {"start_at": start, "end_at": when.end or start + (row.end_at - row.start_at)}
    change_event(row, values, actor=actor)
    return before


class ActivityMove(EntryMove):
    move = staticmethod(move_activity)


class EventMove(EntryMove):
    move = staticmethod(move_event)


def _activity(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    done, late = row["status"] == ActivityStatus.COMPLETED, is_late(row, now)
    return {
        "id": f"activity-{row['pk']}",
        "title": row["subject"],
        "start": day_as_kept(row) if row["due_all_day"] else _wall(row["due_at"]),
        "allDay": row["due_all_day"],
        "url": reverse("web:activity-edit", args=(row["pk"],)),
        "editable": not done,
        "durationEditable": False,
        "className": f"entry-{row['type']}{' is-done' if done else ''}{' is-late' if late else ''}",
        "extendedProps": {
            "move": reverse("web:calendar-activity", args=(row["pk"],)),
            "complete": "" if done else reverse("web:activity-complete", args=(row["pk"],)),
            "who": row["user__name"] or "",
        },
    }


def _event(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"event-{row['pk']}",
        "title": row["title"],
        "start": _wall(row["start_at"]),
        "end": _wall(row["end_at"]),
        "url": reverse("web:event", args=(row["pk"],)),
        "className": "entry-event",
        "extendedProps": {
            "move": reverse("web:calendar-event", args=(row["pk"],)),
            "complete": "",
            "who": row["location"] or "",
        },
    }


def _wall(at: datetime) -> str:
    return at.astimezone(tenant_zone()).replace(tzinfo=None).isoformat(timespec="seconds")


def _moment(text: str) -> datetime:
    """A moment of the tenant's wall; a day alone is its midnight. 422 for anything else."""
    try:
        at = datetime.fromisoformat(text.removesuffix("Z"))
        if not 1901 <= at.year < 9998:
            raise ValueError
    except ValueError:
        raise DomainError(NO_TIME, field="start") from None
    return at.replace(tzinfo=tenant_zone()) if at.tzinfo is None else at


def _told(start: date | datetime) -> str:
    if isinstance(start, datetime):
        return date_format(start.astimezone(tenant_zone()), "DATETIME_FORMAT")
    return date_format(start, "DATE_FORMAT")
