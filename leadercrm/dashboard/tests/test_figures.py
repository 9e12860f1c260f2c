"""The dashboard's figures against those that Python works out row by row."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from leadercrm.core.actor import Role
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.dashboard.tests.worlds import Asking, World, expected, make_world

PERIOD = {"period", "from", "to"}
# Late in the evening of March's last day in Mexico: in UTC it is April, in Kiritimati well into its first day.
NOW = datetime(2026, 4, 1, 4, 30, tzinfo=UTC)
# Time zone -> the first and the first later day of today, and of the months and quarters by their names.
ZONES: dict[str, dict[str, tuple[tuple[int, int, int], tuple[int, int, int]]]] = {
    "America/Mexico_City": {
        "today": ((2026, 3, 31), (2026, 4, 1)), "month": ((2026, 3, 1), (2026, 4, 1)),
        "last_quarter": ((2025, 10, 1), (2026, 1, 1)),
    },
    "Pacific/Kiritimati": {
        "today": ((2026, 4, 1), (2026, 4, 2)), "month": ((2026, 4, 1), (2026, 5, 1)),
        "last_quarter": ((2026, 1, 1), (2026, 4, 1)),
    },
}  # fmt: skip


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


@pytest.fixture
def tenant(alfa: TestTenant) -> Iterator[TestTenant]:
    """Alfa, whose settings a test may change."""
    yield alfa
    alfa.row.settings = {}


def moments(zone: str, name: str) -> tuple[datetime, datetime]:
    first, following = ZONES[zone][name]
    return datetime(*first, tzinfo=ZoneInfo(zone)), datetime(*following, tzinfo=ZoneInfo(zone))


def askings(world: World, zone: str, chance: Random) -> Iterator[tuple[dict[str, Any], Asking]]:
    """Parameters, and what they mean: every role with and without the others' records, in every period."""
    today = moments(zone, "today")
    for role in Role:
        for own_only in (False, True):
            for name in ("", "today", "month", "last_quarter", "all"):
                owner = chance.choice([None, None, *world.users.values()])
                pipeline = chance.choice([None, None, world.stages[0].pipeline_id, world.stages[-1].pipeline_id])
                query = {"period": name, "owner_id": owner, "pipeline_id": pipeline}
                bounds = None if name == "all" else moments(zone, name or "month")
                asked = {key: value for key, value in query.items() if value not in (None, "")}
                yield asked, Asking(role, own_only, NOW, today, bounds, owner, pipeline)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(4))
def test_figures_are_those_of_the_rows(tenant: TestTenant, frozen: datetime, zone: str, seed: int) -> None:
    chance = Random(seed)
    edges = [edge for name in ZONES[zone] for edge in moments(zone, name)] + [NOW]
    world = make_world(tenant, chance, edges)
    seen = set()
    for query, asking in askings(world, zone, chance):
        tenant.row.settings = {"timezone": zone, **({"records_visible": "own"} if asking.own_only else {})}
        tenant.row.save()
        answer = Api(tenant.tokens[asking.role]).get("/dashboard/stats", **query)
        given = {key: value for key, value in answer.data.items() if key not in PERIOD}
        wanted = expected(world, asking)
        assert repr(given) == repr(wanted), (query, asking)  # the types as well: 1 is not 1.0
        seen.add((given["deals"]["won_count"], given["deals"]["open_count"], given["activities"]["due_today"]))
    assert len(seen) > 10  # the control: other askings, other figures


def test_amounts_are_in_the_tenant_s_currency(tenant: TestTenant, frozen: datetime) -> None:
    zone = "America/Mexico_City"
    world = make_world(tenant, Random(99), list(moments(zone, "month")))
    tenant.row.settings = {"currency": "USD"}
    tenant.row.save()
    given = Api(tenant.tokens["admin"]).get("/dashboard/stats", period="all").data
    wanted = expected(world, Asking("admin", False, NOW, moments(zone, "today"), None), "USD")
    assert {key: value for key, value in given.items() if key not in PERIOD} == wanted
    assert [row["currency"] for row in given["deals"]["other_currencies"]] == ["EUR", "MXN"]
    assert given["deals"]["open_amount"] > 0
