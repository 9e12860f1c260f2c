"""The periods that figures are of: whole days in the tenant's time zone, this day included."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from leadercrm.core.clock import tenant_today, tenant_zone

# Before anything was sold, and after.
EVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
BEGINNINGS: dict[str, Callable[[date], date]] = {
    "today": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
PERIODS = (*BEGINNINGS, "all")
DEFAULT_PERIOD = "month"


@dataclass(frozen=True)
class Period:
    """From `start`, and before `end`; both in UTC."""

    start: datetime
    end: datetime


def period_of(name: str) -> Period:
    """The one of PERIODS that is running: from its first day until tonight."""
    if name not in BEGINNINGS:
        return Period(*EVER)
    today = tenant_today()
    return Period(_midnight(BEGINNINGS[name](today)), _midnight(today + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tenant_zone()).astimezone(UTC)
