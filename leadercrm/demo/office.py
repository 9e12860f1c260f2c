"""When people in the demo work: on weekdays, from nine to six, in Mexico City."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("America/Mexico_City")
OPENS, HOURS = 9, 9
SATURDAY = 5


def at_work(moment: datetime) -> datetime:
    """That moment, moved into the working hours of its day, or of Monday if it is on a weekend.

    What is at least a day apart stays in its order.
    """
    local = moment.astimezone(OFFICE)
    local = local.replace(hour=OPENS + local.hour % HOURS)
    while local.weekday() >= SATURDAY:
        local += timedelta(days=1)
    return local.astimezone(UTC)
