"""GET /dashboard/stats: the figures against a computation of their own, scopes, days, statements, refusals."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from billing.tests.papers import a_payment, an_invoice
from crm.models import Activity, Deal, Stage
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.dashboard.periods import PERIODS
from leadercrm.notifications.models import Notification

PATH = "/dashboard/stats"
MEXICO = ZoneInfo("America/Mexico_City")
# A Tuesday.
NOW = datetime(2026, 9, 15, 18, 30, tzinfo=UTC)
BEGINNINGS = {
    "today": (2026, 9, 15), "week": (2026, 9, 14), "month": (2026, 9, 1), "quarter": (2026, 7, 1), "year": (2026, 1, 1),
    "all": (1, 1, 1),
}  # fmt: skip


def deals(count: int, users: list[int | None], chance: Random) -> list[Deal]:
    """Deals of all kinds, closed within the last two years."""
    stages, made = list(Stage.objects.order_by("pk")), []
    for _number in range(count):
        stage = chance.choice(stages)
        made.append(
            Deal(
                name="A", stage=stage, pipeline_id=stage.pipeline_id, owner_id=chance.choice(users),
                amount=Decimal(chance.randrange(10**9)) / 100, probability=chance.randrange(101),
                currency=chance.choice(("MXN", "MXN", "MXN", "USD", "EUR")),
                closed_at=None if stage.type == "open" else NOW - timedelta(hours=chance.randrange(730 * 24)),
            )
        )  # fmt: skip
    return Deal.objects.bulk_create(made)


def expected(rows: list[Deal]) -> dict[str, Any]:
    """The sums of deals of one currency, counted one by one."""
    kinds = Counter(row.stage.type for row in rows)
    closed = kinds["won"] + kinds["lost"]
    in_kind = {kind: sum(row.amount for row in rows if row.stage.type == kind) for kind in ("open", "won")}
    weighted = sum(row.amount * row.probability / 100 for row in rows if row.stage.type == "open")
    return {
        "open_count": kinds["open"], "won_count": kinds["won"], "lost_count": kinds["lost"],
        "open_amount": float(in_kind["open"]), "won_amount": float(in_kind["won"]),
        "weighted_amount": float(round(Decimal(weighted), 2)),
        "win_rate": round(100 * kinds["won"] / closed, 2) if closed else None,
    }  # fmt: skip


def counts(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in figures.items() if name.endswith(("_count", "win_rate"))}


@pytest.mark.parametrize("period", BEGINNINGS)
@time_machine.travel(NOW, tick=False)
def test_figures_are_those_of_the_rows(api: Api, alfa: TestTenant, period: str) -> None:
    rows = deals(300, [*alfa.users.values(), None], Random(period))  # noqa: S311 - the same rows each time
    start = datetime(*BEGINNINGS[period], tzinfo=MEXICO)
    within = [row for row in rows if row.closed_at is None or row.closed_at >= start]
    found = api.get(PATH, period=period).data
    own = [row for row in within if row.currency == "MXN"]
    sums = {name: value for name, value in expected(own).items() if name.endswith("_amount")}
    assert {name: found["deals"][name] for name in sums} == pytest.approx(sums)
    assert counts(found["deals"]) == counts(expected(within))
    for other in found["deals"]["other_currencies"]:
        assert other.pop("currency") in ("USD", "EUR")
    for line in found["pipeline"]:
        of_stage = [row for row in within if row.stage_id == line["stage_id"]]
        assert line["count"] == len(of_stage)
        assert line["amount"] == pytest.approx(float(sum(row.amount for row in of_stage if row.currency == "MXN")))
    for line in found["by_owner"]:
        of_owner = [row for row in within if row.owner_id == line["owner_id"]]
        assert counts(line) == counts(expected(of_owner))
    assert sum(line["open_count"] for line in found["by_owner"]) == found["deals"]["open_count"]


def test_sums_are_exact_to_the_cent(api: Api, alfa: TestTenant) -> None:
    stage = Stage.objects.get(pk=1)
    largest = Decimal("9999999999999999.99")
    Deal.objects.create(name="A", stage=stage, pipeline_id=1, amount=largest)
    Deal.objects.create(name="B", stage=stage, pipeline_id=1, amount=largest, probability=100)
    raw = api.get(PATH).response.content.decode()
    assert '"open_amount":19999999999999999.98,' in raw
    assert '"weighted_amount":9999999999999999.99,' in raw


@pytest.mark.parametrize(
    ("visible", "role", "whose"),
    [
        ("all", "sales", {"sales", "manager", "admin"}), ("own", "sales", {"sales"}),
        ("own", "admin", {"sales", "manager", "admin"}),
    ],
)  # fmt: skip
def test_nobody_sees_figures_of_others_records(alfa: TestTenant, visible: str, role: str, whose: set[str]) -> None:
    alfa.row.settings = {"records_visible": visible}
    alfa.row.save()
    for name in ("sales", "manager", "admin"):
        Deal.objects.create(name=name, stage_id=1, pipeline_id=1, amount=1, owner_id=alfa.users[name])
        Activity.objects.create(subject=name, type="task", user_id=alfa.users[name])
    found = Api(alfa.tokens[role]).get(PATH).data
    assert {line["owner_id"] for line in found["by_owner"]} == {alfa.users[name] for name in whose}
    assert (found["deals"]["open_count"], found["activities"]["pending"]) == (len(whose), len(whose))


def test_one_owner_and_one_pipeline(api: Api, alfa: TestTenant) -> None:
    other = api.post("/pipelines", {"name": "Otro"}).data
    stage = other["stages"][0]["id"]
    for pipeline, first, owner in ((1, 1, "sales"), (1, 1, "admin"), (other["id"], stage, "sales")):
        Deal.objects.create(name="A", stage_id=first, pipeline_id=pipeline, amount=7, owner_id=alfa.users[owner])
    Activity.objects.create(subject="A", type="task", user_id=alfa.users["sales"])
    found = api.get(PATH, owner_id=alfa.users["sales"]).data
    assert (found["deals"]["open_count"], found["activities"]["pending"]) == (2, 1)
    others = [row["id"] for row in other["stages"]]
    assert [line["stage_id"] for line in found["pipeline"]] == [1, 2, 3, 4, 5, 6, *others]
    assert sum(line["count"] for line in found["pipeline"]) == 2
    found = api.get(PATH, pipeline_id=other["id"]).data
    assert (found["deals"]["open_amount"], found["deals"]["open_count"]) == (7, 1)
    assert [line["stage_id"] for line in found["pipeline"]] == [row["id"] for row in other["stages"]]
    assert api.get(PATH, owner_id=10**17).data["deals"]["open_count"] == 0


def test_days_are_the_tenants(api: Api, alfa: TestTenant) -> None:
    """At seven in the evening in Mexico it is tomorrow in UTC already."""
    with time_machine.travel(datetime(2026, 9, 16, 1, 0, tzinfo=UTC), tick=False):
        for due in ("2026-09-15", "2026-09-15T23:00:00-06:00", "2026-09-16T00:30:00-06:00", "2026-09-14"):
            assert api.post("/activities", {"subject": due, "type": "task", "due_at": due}).status == 201
        found = api.get(PATH).data["activities"]
        assert found == {"pending": 4, "overdue": 1, "due_today": 2}
        Deal.objects.create(name="A", stage_id=5, pipeline_id=1, closed_at=datetime(2026, 9, 15, 7, tzinfo=UTC))
        Deal.objects.create(name="B", stage_id=5, pipeline_id=1, closed_at=datetime(2026, 9, 15, 5, tzinfo=UTC))
        assert api.get(PATH, period="today").data["deals"]["won_count"] == 1


def test_unread_are_the_callers_own(api: Api, alfa: TestTenant) -> None:
    for who, read_at in (("admin", None), ("admin", timezone.now()), ("sales", None)):
        Notification.objects.create(user_id=alfa.users[who], type="deal_won", title="A", read_at=read_at)
    assert api.get(PATH).data["notifications"] == {"unread": 1}


def test_empty_tenant(api: Api) -> None:
    found = api.get(PATH).data
    assert found["deals"] == {
        "open_count": 0, "open_amount": 0, "weighted_amount": 0, "won_count": 0, "won_amount": 0, "lost_count": 0,
        "win_rate": None, "other_currencies": [],
    }  # fmt: skip
    assert (found["period"], found["by_owner"], len(found["pipeline"])) == ("month", [], 6)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({"period": "decade"}, {"period"}), ({"period": "MONTH"}, {"period"}), ({"period": "a\x00b"}, {"period"}),
        ({"owner_id": "x"}, {"owner_id"}), ({"owner_id": "1.0"}, {"owner_id"}), ({"owner_id": "٣"}, {"owner_id"}),
        ({"pipeline_id": "-1"}, {"pipeline_id"}), ({"pipeline_id": "9 9"}, {"pipeline_id"}),
        ({"period": "x", "owner_id": "x", "pipeline_id": "x"}, {"period", "owner_id", "pipeline_id"}),
    ],
)  # fmt: skip
def test_refused(api: Api, query: dict[str, str], fields: set[str]) -> None:
    with untouched():
        answer = api.get(PATH, **query)
    assert (answer.status, set(answer.errors)) == (422, fields)


def test_what_is_deleted_is_not_counted(api: Api) -> None:
    deal = api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": 1, "amount": 5}).data
    activity = api.post("/activities", {"subject": "A", "type": "call"}).data
    assert len(api.get(PATH).data["by_owner"]) == 1
    api.delete(f"/deals/{deal['id']}")
    api.delete(f"/activities/{activity['id']}")
    found = api.get(PATH, period="all").data
    assert (found["deals"]["open_count"], found["activities"]["pending"], found["by_owner"]) == (0, 0, [])


def test_weighted_amount_sums_what_each_deal_shows(api: Api) -> None:
    for _number in range(3):
        Deal.objects.create(name="A", stage_id=1, pipeline_id=1, amount=Decimal("0.01"), probability=50)
    shown = [row["weighted_amount"] for row in api.get("/deals").data]
    assert shown == [0.01, 0.01, 0.01]
    assert api.get(PATH).data["deals"]["weighted_amount"] == 0.03


def test_lists_find_as_many_as_are_counted(api: Api) -> None:
    for stage in (1, 3, 3, 5, 6):
        api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": stage})
    for due in (None, "2025-01-01", "2025-01-01T10:00:00Z", datetime.now(MEXICO).date().isoformat(), "2990-01-01"):
        api.post("/activities", {"subject": "A", "type": "task", "due_at": due})
    found = api.get(PATH).data

    def total(path: str, **query: Any) -> Any:
        return api.get(path, **query).json["meta"]["total"]

    counted = [found["deals"][name] for name in ("open_count", "won_count", "lost_count")]
    assert counted == [total("/deals", status=status) for status in ("open", "won", "lost")] == [3, 1, 1]
    assert [row["count"] for row in found["pipeline"]] == [
        total("/deals", stage_id=row["stage_id"]) for row in found["pipeline"]
    ]
    assert found["activities"]["pending"] == total("/activities", status="pending") == 5
    assert found["activities"]["overdue"] == total("/activities", overdue=True) == 2


@time_machine.travel(NOW, tick=False)
def test_period_is_named_with_its_days(api: Api) -> None:
    named = [(found["period"], found["from"], found["to"]) for found in (api.get(PATH, period=p).data for p in PERIODS)]
    assert ("week", "2026-09-14", "2026-09-20") in named
    assert ("last_month", "2026-08-01", "2026-08-31") in named
    assert ("all", None, None) in named
    assert [name for name, _from, _to in named] == list(PERIODS)


def test_nobody_of_another_tenant_is_counted(api: Api, stranger: Api, alfa: TestTenant) -> None:
    Deal.objects.create(name="A", stage_id=1, pipeline_id=1, amount=1, owner_id=alfa.users["admin"])
    found = stranger.get(PATH, owner_id=alfa.users["admin"]).data
    assert (found["deals"]["open_count"], found["by_owner"]) == (0, [])
    assert stranger.get(PATH, period="all").data["deals"]["open_count"] == 0


def test_invoices_are_what_is_due_in_the_tenant_s_currency(api: Api, sales: Api, alfa: TestTenant) -> None:
    contact = an_invoice(api)["contact_id"]  # a draft is no claim

    def issue(due_at: str, **values: Any) -> dict[str, Any]:
        invoice = an_invoice(api, contact_id=contact, due_at=due_at, **values)
        return api.post(f"/invoices/{invoice['id']}/send").data  # type: ignore[no-any-return]

    late, mine = issue("2020-01-01"), issue("2999-01-01", owner_id=alfa.users["sales"])
    issue("2020-01-01", currency="USD")
    a_payment(api, issue("2020-01-01"))
    a_payment(api, late, 8800.5)
    assert api.get(PATH).data["invoices"] == {"outstanding": 408799.5, "overdue": 199999.5}
    assert api.get(PATH, owner_id=mine["owner_id"]).data["invoices"] == {"outstanding": 208800, "overdue": 0}
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    assert sales.get(PATH).data["invoices"] == {"outstanding": 208800, "overdue": 0}
    alfa.row.settings = {}


def test_takes_as_many_statements_for_many_rows(api: Api, alfa: TestTenant) -> None:
    api.get(PATH)
    few = statements_of(lambda: api.get(PATH))
    deals(100, list(alfa.users.values()), Random(1))  # noqa: S311 - the same rows each time
    many = statements_of(lambda: api.get(PATH))
    assert len(many) == len(few) <= 8, "\n".join(many)
