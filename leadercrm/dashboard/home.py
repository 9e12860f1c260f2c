"""What the start page shows beside the dashboard's figures: what asks to be done, and how sales went month by month."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, DurationField, ExpressionWrapper, F, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Now, TruncMonth
from django.utils import timezone

from crm.actions.deals import currency_of
from crm.filters import ContactFilter
from crm.filters_activities import ActivityFilter
from crm.models import StageType
from crm.queries import CONTACTS
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS
from crm.queries_forecast import goal_of_all, goals
from leadercrm.core.actor import Actor
from leadercrm.core.clock import tenant_today, tenant_zone
from leadercrm.core.web.links import list_address
from leadercrm.core.web.reading import first_rows
from leadercrm.dashboard.periods import Period, begins

MONTHS = 12
FEW = 6
CLOSING_DAYS = 14
SOURCE_DAYS = 90
BY_DEADLINE = ("deadline", "-id")


def to_do(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own pending activities that are late or due by tonight, earliest first."""
    tonight = begins(tenant_today() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    query = {"user_id": str(actor.user_id or 0), "status": "pending", "due_before": tonight}
    rows = first_rows(ACTIVITIES, actor, ActivityFilter.base_filters, query, FEW + 2, BY_DEADLINE)
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    return [{**row, "is_late": bool(row["due_at"]) and row["due_at"] < now and not row["due_all_day"]} for row in rows]


def closing_soon(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own open deals that should close within two weeks, or should have closed."""
    until = tenant_today() + timedelta(days=CLOSING_DAYS)
    mine = _open_deals(actor).filter(owner_id=actor.user_id, expected_close_date__lte=until)
    return _few(mine.order_by("expected_close_date", "-pk"))


def rotten(actor: Actor) -> list[dict[str, Any]]:
    """Open deals that have stood in their stage for longer than it allows, longest first."""
    waited = ExpressionWrapper(F("stage__rotten_after_days") * timedelta(days=1), output_field=DurationField())
    late = _open_deals(actor).filter(stage__rotten_after_days__isnull=False, stage_entered_at__lte=Now() - waited)
    return _few(late.order_by("stage_entered_at"))


def _open_deals(actor: Actor) -> QuerySet[Any]:
    return DEALS.visible(actor).filter(stage__type=StageType.OPEN)


def _few(deals: QuerySet[Any]) -> list[dict[str, Any]]:
    return list(deals.values("id", "name", "amount", "currency", "expected_close_date", "stage__name")[:FEW])


def neglected(actor: Actor) -> list[dict[str, Any]]:
    """The latest contacts with whom nothing was done or planned."""
    return first_rows(CONTACTS, actor, ContactFilter.base_filters, {"without_activity": "true"}, FEW)


def by_owner_goals(rows: list[dict[str, Any]], period: Period) -> list[dict[str, Any]]:
    """The team's rows, each with the goal of the period's months; None where there is none, or no end of months."""
    if period.first is None or period.last is None:
        return [{**row, "goal": None} for row in rows]
    known = goals(period.first, period.last)
    sums: dict[int, Decimal] = {}
    for (_month, user, _team), amount in known.items():
        if user is not None:
            sums[user] = sums.get(user, Decimal()) + amount
    return [{**row, "goal": sums.get(row["owner_id"])} for row in rows]


def months(actor: Actor) -> list[dict[str, Any]]:
    """What was won in each of the last twelve months, in the tenant's currency: oldest first, none left out."""
    first = _months_back(tenant_today(), MONTHS - 1)
    won = DEALS.visible(actor).filter(
        stage__type=StageType.WON, closed_at__gte=begins(first), currency=currency_of(actor)
    )
    month = TruncMonth("closed_at", tzinfo=tenant_zone(), output_field=DateField())
    sums = won.order_by().values(month=month).annotate(sum=Sum("amount"), count=Count("pk"))
    found = {row["month"]: row for row in sums}
    days = [_months_back(tenant_today(), back) for back in reversed(range(MONTHS))]
    known, none = goals(days[0], days[-1]), {"sum": Decimal(), "count": 0}
    return [
        {
            "month": day,
            "next": _months_back(day, -1),
            "sum": found.get(day, none)["sum"],
            "count": found.get(day, none)["count"],
            "goal": goal_of_all(known, day),
        }
        for day in days
    ]


def _months_back(today: date, back: int) -> date:
    index = today.year * 12 + today.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def sources(actor: Actor) -> list[dict[str, Any]]:
    """Where the contacts of the last ninety days came from, most first."""
    since = tenant_today() - timedelta(days=SOURCE_DAYS)
    rows = CONTACTS.visible(actor).filter(created_at__gte=begins(since)).order_by()
    named = rows.values(named=Coalesce("source", Value("")))
    found = named.annotate(count=Count("pk")).order_by("-count", "named")[:FEW]
    return [
        {"source": row["named"], "count": row["count"], "url": _contacts_from(row["named"], since)} for row in found
    ]


def _contacts_from(source: str, since: date) -> str:
    named = {"source": source} if source else {"without_source": "true"}
    return list_address("web:contacts", **named, created_from=since.isoformat())
