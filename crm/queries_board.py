"""What the board of deals shows: the sums of each stage, and its first cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from crm.filters import DealFilter
from crm.models import Pipeline, Stage, StageType
from crm.queries_deals import DEALS, WEIGHTED_AMOUNT
from leadercrm.core.actor import Actor
from leadercrm.core.web.reading import first_rows, narrowed

MOST_CARDS = 30
MOST_CLOSED = 12
BY_CLOSE = ("expected_close_date", "-id")
LATEST_CLOSED = ("-closed_at", "-id")


@dataclass(frozen=True)
class StageColumn:
    """A stage of the board. `amount` and `weighted` are in the tenant's currency; `others` counts deals in another."""

    stage: Stage
    cards: list[dict[str, Any]]
    count: int
    amount: Decimal
    weighted: Decimal
    others: int

    @property
    def is_open(self) -> bool:
        return self.stage.type == StageType.OPEN

    @property
    def more(self) -> int:
        return max(0, self.count - len(self.cards))


def board(pipeline: Pipeline, query: Mapping[str, str], currency: str, actor: Actor) -> list[StageColumn]:
    """The columns of a pipeline, narrowed as the list of deals would be by `query`."""
    sums = _sums(pipeline, query, currency, actor)
    columns = []
    for stage in pipeline.stages.order_by("position", "pk"):
        order, most = (BY_CLOSE, MOST_CARDS) if stage.type == StageType.OPEN else (LATEST_CLOSED, MOST_CLOSED)
        wanted = {**query, "stage_id": str(stage.pk)}
        cards = first_rows(DEALS, actor, DealFilter.base_filters, wanted, most, order)
        columns.append(StageColumn(stage, cards, *sums.get(stage.pk, (0, Decimal(), Decimal(), 0))))
    return columns


def _sums(
    pipeline: Pipeline, query: Mapping[str, str], currency: str, actor: Actor
) -> dict[int, tuple[int, Decimal, Decimal, int]]:
    """stage → (deals, amount, weighted amount, deals in another currency)."""
    deals = narrowed(DEALS.visible(actor).filter(pipeline=pipeline), DealFilter.base_filters, query)
    found: dict[int, tuple[int, Decimal, Decimal, int]] = {}
    groups = deals.order_by().values("stage_id", "currency").annotate(n=Count("pk"), sum=Sum("amount"))
    for row in groups.annotate(weighted=Sum(WEIGHTED_AMOUNT)):
        count, amount, weighted, others = found.get(row["stage_id"], (0, Decimal(), Decimal(), 0))
        if row["currency"] == currency:
            amount, weighted = amount + row["sum"], weighted + row["weighted"]
        else:
            others += row["n"]
        found[row["stage_id"]] = (count + row["n"], amount, weighted, others)
    return found
