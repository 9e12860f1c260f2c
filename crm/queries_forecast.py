"""What open deals may bring, month by month; and what was to be sold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from crm.filters import DealFilter
from crm.models import SalesGoal, StageType
from crm.queries_deals import DEALS, WEIGHTED_AMOUNT
from leadercrm.core.actor import Actor
from leadercrm.core.money import ZERO
from leadercrm.core.web.reading import narrowed


@dataclass(frozen=True)
class Month:
    """Open deals that should close in a month; without a day, `first` is None. In the tenant's currency."""

    first: date | None
    count: int = 0
    amount: Decimal = ZERO
    weighted: Decimal = ZERO


def forecast(query: Mapping[str, str], currency: str, actor: Actor) -> dict[date | None, Month]:
    """By the first day of the month, those of the past among them."""
    deals = DEALS.visible(actor).filter(stage__type=StageType.OPEN, currency=currency)
    found = narrowed(deals, DealFilter.base_filters, query)
    rows = found.order_by().values(first=TruncMonth("expected_close_date"))
    sums = rows.annotate(deals=Count("pk"), total=Sum("amount"), share=Sum(WEIGHTED_AMOUNT))
    return {row["first"]: Month(row["first"], row["deals"], row["total"], row["share"]) for row in sums}


def goals(first: date, last: date) -> dict[tuple[date, int | None, int | None], Decimal]:
    """(month, user, team) → amount, of the months from the one of `first` to that of `last`."""
    rows = SalesGoal.objects.filter(month__gte=first.replace(day=1), month__lte=last)
    return {(row.month, row.user_id, row.team_id): row.amount for row in rows}


def goal_of_all(known: Mapping[tuple[date, int | None, int | None], Decimal], month: date) -> Decimal:
    """The company's of a month: what was set for it, else what its users' come to, else what its teams' do."""
    if (month, None, None) in known:
        return known[month, None, None]
    users = sum((amount for (at, user, _team), amount in known.items() if at == month and user), ZERO)
    return users or sum((amount for (at, _user, team), amount in known.items() if at == month and team), ZERO)


def months_from(first: date, number: int) -> list[date]:
    """So many months, from the one of `first` on; backwards with a negative number, that one the last."""
    start = first.year * 12 + first.month - 1 + (number + 1 if number < 0 else 0)
    return [date(index // 12, index % 12 + 1, 1) for index in range(start, start + abs(number))]
