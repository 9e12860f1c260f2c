"""Moving deals: what a stage does to them, who is told, and two moves at once."""

from typing import Any

import pytest

from crm.models import Deal, StageChange
from crm.tests.test_deals_api import CONTACTED, LOST, PROSPECT, WON, a_deal
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification


def move(api: Api, deal: dict[str, Any], stage_id: Any, **body: Any) -> Any:
    return api.post(f"/deals/{deal['id']}/move-stage", {"stage_id": stage_id, **body})


def test_the_stage_decides_probability_status_and_closing(api: Api) -> None:
    deal = a_deal(api, amount=1000)
    contacted = move(api, deal, CONTACTED)
    assert contacted.status == 200, contacted
    assert (contacted.data["probability"], contacted.data["stage_name"]) == (25, "Contactado")
    assert contacted.data["closed_at"] is None
    won = move(api, deal, WON).data
    assert (won["probability"], won["status"], won["weighted_amount"]) == (100, "won", 1000)
    assert won["closed_at"] == won["stage_entered_at"]
    lost = move(api, deal, LOST, lost_reason="Precio").data
    assert (lost["probability"], lost["status"], lost["lost_reason"]) == (0, "lost", "Precio")
    assert lost["closed_at"] > won["closed_at"]
    reopened = move(api, deal, PROSPECT).data
    assert (reopened["probability"], reopened["status"]) == (10, "open")
    assert (reopened["closed_at"], reopened["lost_reason"]) == (None, None)


def test_an_update_of_the_stage_is_a_move(api: Api) -> None:
    deal = a_deal(api)
    changed = api.put(f"/deals/{deal['id']}", {"stage_id": WON, "name": "B"}).data
    assert (changed["probability"], changed["status"], changed["name"]) == (100, "won", "B")
    assert changed["closed_at"] is not None
    assert StageChange.objects.filter(deal_id=deal["id"]).count() == 2
    assert api.put(f"/deals/{deal['id']}", {"stage_id": CONTACTED, "probability": 40}).data["probability"] == 40


def test_standing_where_it_stands_changes_nothing(api: Api) -> None:
    deal = a_deal(api)
    move(api, deal, WON)
    with untouched():
        again = move(api, deal, WON)
    assert again.status == 200
    assert Notification.objects.filter(type="deal_won").count() == 1


@pytest.mark.parametrize("stage_id", [999, None, "x", 0, True])
def test_a_stage_of_no_or_another_pipeline_is_refused(api: Api, stage_id: Any) -> None:
    deal = a_deal(api)
    other = api.post("/pipelines", {"name": "Otro"}).data
    with untouched():
        for wrong in (stage_id, other["stages"][0]["id"]):
            answer = move(api, deal, wrong)
            assert (answer.status, set(answer.errors)) == (422, {"stage_id"})
        answer = api.put(f"/deals/{deal['id']}", {"pipeline_id": other["id"]})
        assert (answer.status, set(answer.errors)) == (422, {"stage_id"})


def test_another_pipeline_with_its_stage_is_a_move(api: Api) -> None:
    deal = a_deal(api)
    other = api.post("/pipelines", {"name": "Otro"}).data
    moved = api.put(f"/deals/{deal['id']}", {"pipeline_id": other["id"], "stage_id": other["stages"][1]["id"]}).data
    assert (moved["pipeline_id"], moved["status"]) == (other["id"], "won")


def test_winning_is_told_in_the_printed_words(api: Api, alfa: TestTenant) -> None:
    deal = a_deal(api, name="Implementacion ERP - 100%")
    move(api, deal, WON)
    told = api.get("/notifications", unread_only=True).data
    assert len(told) == 1
    assert (told[0]["type"], told[0]["title"], told[0]["url"]) == ("deal_won", "Negocio ganado", f"/deals/{deal['id']}")
    assert told[0]["body"] == "El negocio 'Implementacion ERP - 100%' fue marcado como ganado."
    assert told[0]["read_at"] is None


def test_who_is_told(api: Api, alfa: TestTenant) -> None:
    sales = Api(alfa.tokens["sales"])
    own = a_deal(sales)
    move(sales, own, WON)
    assert set(Notification.objects.values_list("user_id", flat=True)) == {alfa.users["admin"]}
    move(api, own, LOST)
    lost = Notification.objects.get(type="deal_lost")
    assert (lost.user_id, lost.title) == (alfa.users["sales"], "Negocio perdido")


def test_a_deal_made_in_a_won_stage_is_won(api: Api) -> None:
    deal = a_deal(api, stage_id=WON)
    assert deal["closed_at"] is not None
    assert Notification.objects.filter(type="deal_won").count() == 1


def test_history_says_how_long_each_stage_took(api: Api) -> None:
    deal = a_deal(api)
    move(api, deal, CONTACTED)
    move(api, deal, WON)
    history = api.get(f"/deals/{deal['id']}/stage-history")
    assert history.json["meta"]["total"] == 3
    rows = history.data
    assert [row["stage_name"] for row in rows] == ["Prospecto", "Contactado", "Ganado"]
    assert [row["from_stage_name"] for row in rows] == [None, "Prospecto", "Contactado"]
    assert [row["left_at"] for row in rows] == [rows[1]["entered_at"], rows[2]["entered_at"], None]
    assert all(row["seconds_in_stage"] >= 0 for row in rows)
    # Whatever the page, the next move is looked for among all.
    assert api.get(f"/deals/{deal['id']}/stage-history", per_page=1).data[0]["left_at"] == rows[1]["entered_at"]
    assert StageChange.objects.filter(deal_id=deal["id"], stayed__isnull=True).count() == 1


def test_sales_move_their_own_deals_only(api: Api, alfa: TestTenant) -> None:
    others = a_deal(api)
    with untouched():
        for role in ("sales", "viewer"):
            assert move(Api(alfa.tokens[role]), others, CONTACTED).status == 403
    assert Deal.objects.get(pk=others["id"]).stage_id == PROSPECT
