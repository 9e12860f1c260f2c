"""Working days in Mexico: Monday to Friday, but for the days of rest that the law orders (LFT, article 74)."""

from datetime import UTC, date, datetime, time, timedelta

from leadercrm.core.clock import tenant_zone

SATURDAY = 5
MORNING = time(9)
# Month and day; and month and which Monday of it.
FIXED = {(1, 1), (5, 1), (9, 16), (12, 25)}
MONDAYS = {(2, 1), (3, 3), (11, 3)}
# 1 October of the years in which the federal government changes.
INAUGURATION, FIRST_INAUGURATION, TERM = (10, 1), 2024, 6


def is_working_day(day: date) -> bool:
    """Whether people work on it who work from Monday to Friday."""
    place = (day.month, day.day)
    is_moved = day.weekday() == 0 and (day.month, (day.day - 1) // 7 + 1) in MONDAYS
    is_inaugural = place == INAUGURATION and (day.year - FIRST_INAUGURATION) % TERM == 0
    return day.weekday() < SATURDAY and place not in FIXED and not is_moved and not is_inaugural


def next_working_morning(now: datetime) -> datetime:
    """The first nine o'clock of a working day after `now`, in the bound tenant's zone; in UTC."""
    here = now.astimezone(tenant_zone())
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tenant_zone()).astimezone(UTC)
