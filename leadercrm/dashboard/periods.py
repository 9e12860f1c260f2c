"""The periods that figures are asked for: whole days of the tenant's calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from leadercrm.core.clock import MIDNIGHT, tenant_today, tenant_zone

# name -> its unit, and how many units ago
PERIODS = {
    "today": ("day", 0),
    "yesterday": ("day", 1),
    "week": ("week", 0),
    "last_week": ("week", 1),
    "month": ("month", 0),
    "last_month": ("month", 1),
    "quarter": ("quarter", 0),
    "last_quarter": ("quarter", 1),
    "year": ("year", 0),
    "last_year": ("year", 1),
    "all": ("", 0),
}
DEFAULT_PERIOD = "month"
DAY = timedelta(days=1)
# The longest that a unit can be: so many days after its first one, the next has begun, and hardly so.
LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
# What is without a beginning or an end: no row is older or newer.
EVER = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Period:
    """From the first day to the last one, both included; None: since ever, for ever."""

    name: str
    first: date | None
    last: date | None

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The moment at which it begins, and the first one that is no longer in it."""
        if self.first is None or self.last is None:
            return EVER
        return begins(self.first), begins(self.last + DAY)


def period_of(name: str) -> Period:
    """The period of that name, as of today."""
    unit, ago = PERIODS[name]
    if not unit:
        return Period(name, None, None)
    first = _first_day(unit, tenant_today())
    for _number in range(ago):
        first = _first_day(unit, first - DAY)
    following = first + timedelta(days=LONGEST[unit])
    return Period(name, first, _first_day(unit, following) - DAY)


def begins(day: date) -> datetime:
    """The moment at which a day begins for the tenant."""
    return datetime.combine(day, MIDNIGHT, tenant_zone()).astimezone(UTC)


def _first_day(unit: str, day: date) -> date:
    """The first day of the week, month … that `day` is in. Weeks begin on Mondays."""
    if unit == "day":
        return day
    if unit == "week":
        return day - day.weekday() * DAY
    months = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}
    return day.replace(month=months[unit], day=1)
