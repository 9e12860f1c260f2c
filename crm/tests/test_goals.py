"""Goals of months, and the forecast beside them."""

from datetime import date
from decimal import Decimal

import pytest

from crm.actions.deals import create_deal
from crm.actions.goals import set_goals
from crm.models import SalesGoal, Stage
from crm.queries_forecast import goal_of_all, goals, months_from
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

MAY = date(2025, 5, 1)
COMPANY = (None, None)


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


def test_months_go_on_over_the_year() -> None:
    assert months_from(date(2025, 11, 30), 3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    assert months_from(date(2025, 2, 1), -3) == [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]


def test_goals_are_set_changed_and_taken_away(alfa: TestTenant) -> None:
    actor, sales = alfa.actor(), alfa.users["sales"]
    assert set_goals({(MAY, COMPANY): Decimal(500), (MAY, (sales, None)): Decimal(200)}, actor=actor) == 2
    assert set_goals({(MAY, COMPANY): Decimal(500)}, actor=actor) == 0
    known = goals(MAY, MAY)
    assert goal_of_all(known, MAY) == Decimal(500)
    set_goals({(MAY, COMPANY): None}, actor=actor)
    assert goal_of_all(goals(MAY, MAY), MAY) == Decimal(200)
    with untouched(), pytest.raises(DomainError):
        set_goals({(MAY, COMPANY): Decimal(-1)}, actor=actor)
    with untouched(), pytest.raises(Forbidden):
        set_goals({(MAY, COMPANY): Decimal(1)}, actor=alfa.actor("sales"))


def test_a_year_is_typed_into_one_table(browser: Browser, alfa: TestTenant) -> None:
    browser.fill("/settings/goals?year=2025", **{"2025-05..": "1,500.50", f"2025-06.{alfa.users['sales']}.": "$300"})
    found = {(row.month, row.user_id): row.amount for row in SalesGoal.objects.all()}
    assert found == {(MAY, None): Decimal("1500.50"), (date(2025, 6, 1), alfa.users["sales"]): Decimal(300)}
    page = browser.get("/settings/goals?year=2025").content.decode()
    assert 'value="1500.5"' in page
    with untouched():
        assert browser.fill("/settings/goals?year=2025", **{"2025-05..": "mucho"}).status_code == 422
    seller = Browser()
    seller.log_in("sales@alfa.example.com", site="/")
    assert seller.get("/settings/goals").status_code == 403


def test_the_forecast_sums_months_and_leads_to_the_list(browser: Browser, alfa: TestTenant) -> None:
    actor, today = alfa.actor(), tenant_today()
    stage = Stage.objects.filter(type="open").order_by("position")[0]
    deal = {"pipeline_id": stage.pipeline_id, "stage_id": stage.pk, "probability": 50}
    create_deal({**deal, "name": "Uno", "amount": Decimal(1000), "expected_close_date": today}, actor=actor)
    create_deal({**deal, "name": "Dos", "amount": Decimal(400), "expected_close_date": date(2020, 1, 1)}, actor=actor)
    create_deal({**deal, "name": "Tres", "amount": Decimal(70)}, actor=actor)
    set_goals({(today.replace(day=1), COMPANY): Decimal(9999)}, actor=actor)
    page = browser.get("/deals/forecast").content.decode()
    for figure in ("$1,000.00", "$500.00", "$9,999.00", "$400.00", "$70.00"):
        assert figure in page
    first = today.replace(day=1).isoformat()
    assert f"closing_from={first}" in page
    listed = browser.get(f"/deals/list?status=open&closing_from={first}").content.decode()
    assert "Uno" in listed
    assert "Dos" not in listed
    home = browser.get("/").content.decode()
    assert "closed_from=" in home
    assert browser.get("/deals/list?rotten=true").status_code == 200
    assert browser.get("/deals/list?closed_from=2025-01-01&closed_before=2025-02-01").status_code == 200
    assert browser.get("/contacts?source=web").status_code == 200
    assert browser.get("/deals/list?closed_from=x").status_code == 422
