"""The figures of the dashboard (contract, section 7): what is under way, what was won and lost, what is to be done.

Sums are in the tenant's currency; what is in another one is told apart, never added up. What was won or
lost is of a period; what is open, and activities, are of this moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from billing.queries_accounts import owed
from crm.actions.deals import currency_of
from crm.models import StageType
from leadercrm.core.actor import Actor
from leadercrm.core.money import ZERO, round2
from leadercrm.dashboard.periods import DEFAULT_PERIOD, Period, period_of
from leadercrm.dashboard.queries import STAGES, UNREAD, USER_NAMES, activity_counts, deal_sums


@dataclass(frozen=True)
class Question:
    """What the figures are asked of; None: everybody's deals, all pipelines."""

    period: str = DEFAULT_PERIOD
    owner_id: int | None = None
    pipeline_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """The deals of one stage, owner and currency. `weighted` sums what each of them shows, rounded to the cent."""

    stage_id: int
    type: str
    owner_id: int | None
    currency: str
    count: int
    amount: Decimal
    weighted: Decimal


@dataclass(frozen=True)
class ToDo:
    """The pending activities of one user. What was due earlier today is overdue and due today."""

    user_id: int | None
    pending: int
    overdue: int
    due_today: int


def stats(question: Question, actor: Actor) -> dict[str, Any]:
    """All figures, as far as the actor sees the records behind them."""
    period, currency = period_of(question.period), currency_of(actor)
    cells, todos = _cells(question, period, actor), _todos(question, actor)
    own = [cell for cell in cells if cell.currency == currency]
    return {
        "period": question.period,
        "from": period.first,
        "to": period.last,
        "currency": currency,
        "deals": {**_of_type(cells, own), "other_currencies": _others(cells, currency)},
        "activities": {
            name: sum(getattr(todo, name) for todo in todos) for name in ("pending", "overdue", "due_today")
        },
        "invoices": owed(actor, question.owner_id, currency),
        "notifications": {"unread": sum(count for (count,) in UNREAD(me=actor.user_id))},
        "pipeline": _pipeline(question, cells, own),
        "by_owner": _by_owner(cells, own, todos),
    }


def _cells(question: Question, period: Period, actor: Actor) -> list[Cell]:
    read = deal_sums(actor.read_scope, question.owner_id is not None, question.pipeline_id is not None)
    start, end = period.bounds
    rows = read(me=actor.user_id, owner=question.owner_id, pipeline=question.pipeline_id, start=start, end=end)
    return [Cell(*row) for row in rows]


def _todos(question: Question, actor: Actor) -> list[ToDo]:
    dawn, night = period_of("today").bounds
    rows = activity_counts(actor.read_scope, question.owner_id is not None)(
        me=actor.user_id, owner=question.owner_id, now=timezone.now(), dawn=dawn, night=night
    )
    return [ToDo(*row) for row in rows]


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
        "win_rate": round2(Decimal(100 * count["won"]) / closed) if closed else None,
    }


def _others(cells: list[Cell], currency: str) -> list[dict[str, Any]]:
    """Currency by currency, what the sums do not contain."""
    found = sorted({cell.currency for cell in cells} - {currency})
    return [
        {"currency": code, **_of_type(of, of)} for code in found if (of := [c for c in cells if c.currency == code])
    ]


def _pipeline(question: Question, cells: list[Cell], own: list[Cell]) -> list[dict[str, Any]]:
    """The stages of the pipeline that is asked for, else of all, in their order: the deals are all of theirs."""
    return [
        {
            "pipeline_id": pipeline_id,
            "pipeline_name": pipeline_name,
            "stage_id": pk,
            "stage_name": name,
            "type": kind,
            "count": sum(cell.count for cell in cells if cell.stage_id == pk),
            "amount": _sum(cell.amount for cell in own if cell.stage_id == pk),
        }
        for pk, name, kind, pipeline_id, pipeline_name in STAGES()
        if question.pipeline_id in (None, pipeline_id)
    ]


def _by_owner(cells: list[Cell], own: list[Cell], todos: list[ToDo]) -> list[dict[str, Any]]:
    """Everybody who has deals or something to do: who has won most first; what is nobody's last."""
    names = dict(USER_NAMES())
    rows = [
        {
            "owner_id": owner,
            "owner_name": names.get(owner),
            **_of_type([c for c in cells if c.owner_id == owner], [c for c in own if c.owner_id == owner]),
            "pending_activities": sum(todo.pending for todo in todos if todo.user_id == owner),
            "overdue_activities": sum(todo.overdue for todo in todos if todo.user_id == owner),
        }
        for owner in {cell.owner_id for cell in cells} | {todo.user_id for todo in todos}
    ]
    return sorted(
        rows, key=lambda row: (row["owner_id"] is None, -row["won_amount"], -row["open_amount"], row["owner_id"])
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    """Exact: each of them is to the cent already."""
    return sum(amounts, ZERO)
