"""The figures of the dashboard (contract, section 7): what is under way, what was won and lost, what is to be done.

Sums are in the tenant's currency; what is in another one is told apart, never added up. What was won or
lost is of a period; what is open, and activities, are of this moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from crm.actions.deals import currency_of
from crm.models import StageType
from leadercrm.core.actor import Actor
from leadercrm.dashboard.periods import Period, period_of
from leadercrm.dashboard.queries import STAGES, UNREAD, USER_NAMES, activity_counts, deal_sums

CENT = Decimal("0.01")
PERCENT = Decimal(100)


@dataclass(frozen=True)
class Question:
    """What the figures are asked of; None: everybody's deals, all pipelines."""

    period: str
    owner_id: int | None = None
    pipeline_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """The deals of one stage, owner and currency. `weighted` is the sum of amount times probability, in money."""

    stage_id: int
    type: str
    owner_id: int | None
    currency: str
    count: int
    amount: Decimal
    weighted: Decimal


def stats(question: Question, actor: Actor) -> dict[str, Any]:
    """All figures, as far as the actor sees the records behind them."""
    period, stages = period_of(question.period), STAGES()
    cells = _cells(question, period, stages, actor)
    currency = currency_of(actor)
    own = [cell for cell in cells if cell.currency == currency]
    return {
        "period": question.period,
        "currency": currency,
        "deals": {**_of_type(cells, own), "other_currencies": _others(cells, currency)},
        "activities": _activities(question, actor),
        # Nobody can invoice yet.
        "invoices": {"outstanding": 0, "overdue": 0},
        "notifications": {"unread": sum(count for (count,) in UNREAD(me=actor.user_id))},
        "pipeline": _pipeline(question, stages, cells, own),
        "by_owner": _by_owner(cells, own),
    }


def _cells(question: Question, period: Period, stages: list[Any], actor: Actor) -> list[Cell]:
    types = {pk: kind for pk, _name, kind, _pipeline, _default in stages}
    read = deal_sums(actor.read_scope, question.owner_id is not None, question.pipeline_id is not None)
    rows = read(
        me=actor.user_id,
        owner=question.owner_id,
        pipeline=question.pipeline_id,
        start=period.start,
        end=period.end,
    )
    return [
        Cell(stage, types[stage], owner, currency, count, amount, weighted / PERCENT)
        for stage, owner, currency, count, amount, weighted in rows
    ]


def _of_type(cells: Iterable[Cell], own: Iterable[Cell]) -> dict[str, Any]:
    """The counts of all, the sums of those in the tenant's currency."""
    count = {kind: sum(cell.count for cell in cells if cell.type == kind) for kind in StageType.values}
    closed = count["won"] + count["lost"]
    return {
        "open_count": count["open"],
        "open_amount": _sum(cell.amount for cell in own if cell.type == StageType.OPEN),
        "weighted_amount": _sum(cell.weighted for cell in own if cell.type == StageType.OPEN),
        "won_count": count["won"],
        "won_amount": _sum(cell.amount for cell in own if cell.type == StageType.WON),
        "lost_count": count["lost"],
        "win_rate": round(100 * count["won"] / closed, 1) if closed else None,
    }


def _others(cells: list[Cell], currency: str) -> list[dict[str, Any]]:
    """Currency by currency, what the sums do not contain."""
    found = sorted({cell.currency for cell in cells} - {currency})
    return [
        {"currency": code, **_of_type(of, of)} for code in found if (of := [c for c in cells if c.currency == code])
    ]


def _activities(question: Question, actor: Actor) -> dict[str, int]:
    today = period_of("today")
    rows = activity_counts(actor.read_scope, question.owner_id is not None)(
        me=actor.user_id, owner=question.owner_id, now=timezone.now(), dawn=today.start, night=today.end
    )
    sums = [sum(row[place] for row in rows) for place in (1, 2, 3)]
    return dict(zip(("pending", "overdue", "due_today"), sums, strict=True))


def _pipeline(question: Question, stages: list[Any], cells: list[Cell], own: list[Cell]) -> list[dict[str, Any]]:
    """The stages of the pipeline that is asked for, else of the default one, in their order."""
    return [
        {
            "stage_id": pk,
            "stage_name": name,
            "type": kind,
            "count": sum(cell.count for cell in cells if cell.stage_id == pk),
            "amount": _sum(cell.amount for cell in own if cell.stage_id == pk),
        }
        for pk, name, kind, pipeline_id, is_default in stages
        if (pipeline_id == question.pipeline_id if question.pipeline_id is not None else is_default)
    ]


def _by_owner(cells: list[Cell], own: list[Cell]) -> list[dict[str, Any]]:
    """Who has won most first; deals of nobody last."""
    names = dict(USER_NAMES())
    rows = [
        {
            "owner_id": owner,
            "owner_name": names.get(owner),
            **_of_type([c for c in cells if c.owner_id == owner], [c for c in own if c.owner_id == owner]),
        }
        for owner in {cell.owner_id for cell in cells}
    ]
    return sorted(
        rows, key=lambda row: (row["owner_id"] is None, -row["won_amount"], -row["open_amount"], row["owner_id"])
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    """Rounded to the cent once, at the end."""
    return sum(amounts, Decimal(0)).quantize(CENT)
