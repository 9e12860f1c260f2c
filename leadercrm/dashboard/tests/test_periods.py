"""The periods by name, in the tenant's calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from leadercrm.core.testing.tenants import TestTenant
from leadercrm.dashboard.periods import PERIODS, Period, begins, period_of


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock to a noon in Mexico."""

    def turn(day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T18:00:00+00:00")
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return turn


@pytest.mark.parametrize(
    ("today", "name", "first", "last"),
    [
        ("2026-11-23", "today", "2026-11-23", "2026-11-23"),
        ("2026-03-01", "yesterday", "2026-02-28", "2026-02-28"),
        ("2026-11-23", "week", "2026-11-23", "2026-11-29"),  # a Monday
        ("2026-11-29", "week", "2026-11-23", "2026-11-29"),  # a Sunday
        ("2026-01-01", "week", "2025-12-29", "2026-01-04"),
        ("2026-01-04", "last_week", "2025-12-22", "2025-12-28"),
        ("2026-02-15", "month", "2026-02-01", "2026-02-28"),
        ("2028-02-29", "month", "2028-02-01", "2028-02-29"),
        ("2026-03-31", "last_month", "2026-02-01", "2026-02-28"),
        ("2026-01-31", "last_month", "2025-12-01", "2025-12-31"),
        ("2026-12-31", "month", "2026-12-01", "2026-12-31"),
        ("2026-01-01", "quarter", "2026-01-01", "2026-03-31"),
        ("2026-06-30", "quarter", "2026-04-01", "2026-06-30"),
        ("2026-12-31", "quarter", "2026-10-01", "2026-12-31"),
        ("2026-02-10", "last_quarter", "2025-10-01", "2025-12-31"),
        ("2028-12-31", "year", "2028-01-01", "2028-12-31"),
        ("2026-01-01", "last_year", "2025-01-01", "2025-12-31"),
        ("2029-01-01", "last_year", "2028-01-01", "2028-12-31"),
    ],
)
def test_first_and_last_day(alfa: TestTenant, at: Any, today: str, name: str, first: str, last: str) -> None:
    at(today)
    assert period_of(name) == Period(name, date.fromisoformat(first), date.fromisoformat(last))


def test_every_day_is_in_its_periods_and_periods_leave_no_gap(alfa: TestTenant, at: Any) -> None:
    day = date(2027, 12, 1)
    while day < date(2029, 3, 1):
        at(day.isoformat())
        for unit in ("week", "month", "quarter", "year"):
            this, last = period_of(unit), period_of(f"last_{unit}")
            assert this.first is not None
            assert this.last is not None
            assert this.first <= day <= this.last
            assert last.last == this.first - timedelta(days=1)
            assert last.bounds[1] == this.bounds[0]
        day += timedelta(days=1)


def test_all_has_no_ends(alfa: TestTenant) -> None:
    period = period_of("all")
    assert (period.first, period.last) == (None, None)
    assert period.bounds[0].year == 1
    assert period.bounds[1].year == 9999


def test_days_begin_at_the_tenant_s_midnight(alfa: TestTenant) -> None:
    assert begins(date(2026, 11, 23)) == datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_names_are_those_that_are_offered(alfa: TestTenant) -> None:
    assert [period_of(name).name for name in PERIODS] == list(PERIODS)
