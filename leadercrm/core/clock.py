"""The day that it is for the bound tenant. Moments are kept in UTC; days, and what is overdue, follow its zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone

from leadercrm.core.database import connection

MIDNIGHT = time()


def tenant_zone() -> ZoneInfo:
    """The time zone in the bound tenant's settings (`timezone`); the installation's where none is known."""
    chosen = (getattr(connection.tenant, "settings", None) or {}).get("timezone")
    try:
        return ZoneInfo(chosen or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def tenant_today() -> date:
    """The date on the bound tenant's wall."""
    return timezone.now().astimezone(tenant_zone()).date()


def day_of(moment: datetime) -> date:
    """The day that a moment falls on: a date that was given without a time stays what it is (G-20).

    Such a date is kept as midnight in UTC; shifted into the tenant's zone it would be the day before.
    """
    at = moment.astimezone(UTC)
    return at.date() if at.time() == MIDNIGHT else at.astimezone(tenant_zone()).date()


def moment_of(day: date) -> datetime:
    """A date without a time, as it is kept: midnight in UTC."""
    return datetime.combine(day, MIDNIGHT, UTC)
