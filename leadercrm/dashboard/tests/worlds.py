"""Random sales, and their figures worked out row by row in Python, by nothing that the product uses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from crm.models import Activity, Deal, Pipeline, Stage
from leadercrm.accounts.models import Team, User
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

CENT = Decimal("0.01")
MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """What a tenant has: plain rows, deleted ones included. `team` are the ids of the manager's people."""

    users: dict[str, int]
    names: dict[int, str]
    team: set[int] | None
    stages: list[Stage]
    deals: list[Deal] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    unread: dict[int, int] = field(default_factory=dict)


def make_world(alfa: TestTenant, chance: Random, edges: list[datetime]) -> World:
    """Fill the bound tenant. Deals are closed, and activities due, at the `edges`, just before them, or near."""
    team = _make_team(alfa, chance)
    other = Pipeline.objects.create(name="Renovaciones", position=1)
    for place, kind in enumerate(("open", "open", "won", "lost")):
        Stage.objects.create(pipeline=other, name=f"R{place}", type=kind, position=place)
    stages = list(Stage.objects.select_related("pipeline").order_by("pipeline__position", "position"))
    world = World(dict(alfa.users), dict(User.objects.values_list("pk", "name")), team, stages)
    owners = [*alfa.users.values(), None]

    def moment() -> datetime:
        edge = chance.choice(edges)
        return chance.choice((edge, edge - MOMENT, edge + chance.randrange(-40, 40) * HOUR))

    world.deals = Deal.objects.bulk_create(_deal(stages, owners, moment, chance) for _number in range(70))
    world.activities = Activity.objects.bulk_create(_activity(owners, moment, chance) for _number in range(70))
    for user in alfa.users.values():
        world.unread[user] = chance.randrange(4)
        Notification.objects.bulk_create(
            Notification(user_id=user, type="deal_won", title="A", read_at=None if number else edges[0])
            for number in range(world.unread[user] + 1)
        )
    return world


def _make_team(alfa: TestTenant, chance: Random) -> set[int] | None:
    """The manager's team, with the viewer in it and perhaps the salesperson; or none."""
    if chance.random() < 0.3:
        return None
    team = Team.objects.create(name="Norte")
    roles = ("manager", "viewer", "sales") if chance.random() < 0.5 else ("manager", "viewer")
    members = {alfa.users[role] for role in roles}
    User.objects.filter(pk__in=members).update(team=team)
    return members


def _deal(stages: list[Stage], owners: list[Any], moment: Callable[[], datetime], chance: Random) -> Deal:
    stage = chance.choice(stages)
    return Deal(
        name="A",
        stage=stage,
        pipeline_id=stage.pipeline_id,
        amount=Decimal(chance.choice((chance.randrange(10**9), 100 * chance.randrange(10**6), 0))) / 100,
        currency=chance.choice(("MXN", "MXN", "MXN", "USD", "EUR")),
        probability=chance.randrange(101),
        owner_id=chance.choice(owners),
        closed_at=None if stage.type == "open" else moment(),
        deleted_at=moment() if chance.random() < 0.15 else None,
    )


def _activity(owners: list[Any], moment: Callable[[], datetime], chance: Random) -> Activity:
    status = chance.choice(("pending", "pending", "completed", "cancelled"))
    return Activity(
        subject="A",
        type="call",
        status=status,
        completed_at=moment() if status == "completed" else None,
        deadline=None if chance.random() < 0.2 else moment(),
        user_id=chance.choice(owners),
        deleted_at=moment() if chance.random() < 0.15 else None,
    )


@dataclass
class Asking:
    """Who asks for what: `days` are the moments at which today, tomorrow and the period begin and end."""

    role: str
    own_only: bool
    now: datetime
    days: tuple[datetime, datetime]
    period: tuple[datetime, datetime] | None
    owner_id: int | None = None
    pipeline_id: int | None = None

    def sees(self, world: World, owner_id: int | None) -> bool:
        if self.owner_id is not None and owner_id != self.owner_id:
            return False
        if not self.own_only or self.role in ("admin", "viewer") or owner_id == world.users[self.role]:
            return True
        return self.role == "manager" and (world.team is None or owner_id is None or owner_id in world.team)


def number(value: Decimal) -> int | float:
    """As JSON has it, without trailing zeros."""
    return int(value) if value == int(value) else float(value)


def figures_of(deals: Iterable[Deal], currency: str) -> dict[str, Any]:
    kinds: dict[str, list[Deal]] = {"open": [], "won": [], "lost": []}
    for deal in deals:
        kinds[deal.stage.type].append(deal)

    def total(kind: str) -> int | float:
        return number(sum((deal.amount for deal in kinds[kind] if deal.currency == currency), Decimal(0)))

    weighted = [
        (deal.amount * deal.probability / 100).quantize(CENT, ROUND_HALF_UP)
        for deal in kinds["open"]
        if deal.currency == currency
    ]
    won, closed = len(kinds["won"]), len(kinds["won"]) + len(kinds["lost"])
    rate = number((Decimal(100 * won) / closed).quantize(CENT, ROUND_HALF_UP)) if closed else None
    return {
        "open_count": len(kinds["open"]), "open_amount": total("open"),
        "weighted_amount": number(sum(weighted, Decimal(0))), "won_count": won, "won_amount": total("won"),
        "lost_count": len(kinds["lost"]), "win_rate": rate,
    }  # fmt: skip


def expected(world: World, asking: Asking, currency: str = "MXN") -> dict[str, Any]:
    """The whole answer but for the period."""
    deals = [deal for deal in world.deals if _counts(deal, world, asking)]
    todo = [
        row
        for row in world.activities
        if row.deleted_at is None and row.status == "pending" and asking.sees(world, row.user_id)
    ]
    late = [row for row in todo if row.deadline and row.deadline < asking.now]
    today = [row for row in todo if row.deadline and asking.days[0] <= row.deadline < asking.days[1]]
    others = [
        {"currency": code, **figures_of([deal for deal in deals if deal.currency == code], code)}
        for code in sorted({deal.currency for deal in deals} - {currency})
    ]
    return {
        "currency": currency,
        "deals": {**figures_of(deals, currency), "other_currencies": others},
        "activities": {"pending": len(todo), "overdue": len(late), "due_today": len(today)},
        "invoices": {"outstanding": 0, "overdue": 0},
        "notifications": {"unread": world.unread[world.users[asking.role]]},
        "pipeline": [
            _stage_row(stage, [deal for deal in deals if deal.stage_id == stage.pk], currency)
            for stage in world.stages
            if asking.pipeline_id in (None, stage.pipeline_id)
        ],
        "by_owner": _by_owner(world, deals, todo, late, currency),
    }


def _counts(deal: Deal, world: World, asking: Asking) -> bool:
    if deal.deleted_at is not None or not asking.sees(world, deal.owner_id):
        return False
    if asking.pipeline_id not in (None, deal.pipeline_id):
        return False
    if deal.stage.type == "open" or asking.period is None:
        return True
    return deal.closed_at is not None and asking.period[0] <= deal.closed_at < asking.period[1]


def _stage_row(stage: Stage, deals: list[Deal], currency: str) -> dict[str, Any]:
    return {
        "pipeline_id": stage.pipeline_id, "pipeline_name": stage.pipeline.name, "stage_id": stage.pk,
        "stage_name": stage.name, "type": stage.type, "count": len(deals),
        "amount": number(sum((deal.amount for deal in deals if deal.currency == currency), Decimal(0))),
    }  # fmt: skip


def _by_owner(
    world: World, deals: list[Deal], todo: list[Activity], late: list[Activity], currency: str
) -> list[dict[str, Any]]:
    rows = [
        {
            "owner_id": owner,
            "owner_name": world.names.get(owner) if owner else None,
            **figures_of([deal for deal in deals if deal.owner_id == owner], currency),
            "pending_activities": sum(row.user_id == owner for row in todo),
            "overdue_activities": sum(row.user_id == owner for row in late),
        }
        for owner in {deal.owner_id for deal in deals} | {row.owner_id for row in todo}
    ]
    rows.sort(key=lambda row: (row["owner_id"] is None, -row["won_amount"], -row["open_amount"], row["owner_id"]))
    return rows
