"""Pipelines and stages over HTTP."""

from typing import Any

import pytest

from crm.tests.test_deals_api import CONTACTED, LOST, PROSPECT, WON, a_deal
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

KEYS = ("id", "name", "type", "color", "default_probability")
PRINTED = [
    (1, "Prospecto", "open", "#6B7280", 10), (2, "Contactado", "open", "#3B82F6", 25),
    (3, "Propuesta", "open", "#F59E0B", 50), (4, "Negociacion", "open", "#8B5CF6", 75),
    (5, "Ganado", "won", "#10B981", 100), (6, "Perdido", "lost", "#EF4444", 0),
]  # fmt: skip


def stages_of(api: Api, pipeline: int = 1) -> list[str]:
    return [stage["name"] for stage in api.get(f"/pipelines/{pipeline}").data["stages"]]


def test_every_tenant_begins_with_the_printed_pipeline(api: Api, stranger: Api) -> None:
    for who in (api, stranger):
        listing = who.get("/pipelines")
        assert listing.status == 200
        assert listing.json["meta"]["total"] == 1
        pipeline = listing.data[0]
        assert (pipeline["id"], pipeline["name"], pipeline["is_default"]) == (1, "Pipeline de Ventas", True)
        stages = [
            tuple(stage[key] for key in ("id", "name", "type", "color", "default_probability"))
            for stage in pipeline["stages"]
        ]
        assert stages == PRINTED
        assert who.get("/pipelines/1").data == pipeline


def test_a_pipeline_needs_no_stages_of_its_own(api: Api) -> None:
    made = api.post("/pipelines", {"name": "Renovaciones"})
    assert made.status == 201
    assert [stage["type"] for stage in made.data["stages"]] == ["open", "won", "lost"]
    assert made.data["is_default"] is False
    assert [row["id"] for row in api.get("/pipelines").data] == [1, made.data["id"]]


def test_a_pipeline_comes_with_its_stages_in_order(api: Api) -> None:
    stages = [
        {"name": "Uno", "color": "#abcdef", "default_probability": 5, "rotten_after_days": 14},
        {"name": "Dos", "type": "won"}, {"name": "Tres", "type": "lost"},
    ]  # fmt: skip
    made = api.post("/pipelines", {"name": "A", "stages": stages, "is_default": True}).data
    assert [stage["name"] for stage in made["stages"]] == ["Uno", "Dos", "Tres"]
    assert (made["stages"][0]["color"], made["stages"][0]["rotten_after_days"]) == ("#ABCDEF", 14)
    assert [stage["default_probability"] for stage in made["stages"]] == [5, 100, 0]
    assert made["is_default"] is True
    assert api.get("/pipelines/1").data["is_default"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"), ({"name": "A", "stages": [{"name": "Uno"}]}, "stages"),
        ({"name": "A", "stages": [{"name": "Uno", "color": "red"}]}, "stages.0.color"),
        ({"name": "A", "stages": [{"name": "Uno", "type": "ganado"}]}, "stages.0.type"),
        ({"name": "A", "stages": [{"name": "Uno", "default_probability": 101}]}, "stages.0.default_probability"),
        ({"name": "A", "is_default": "x"}, "is_default"),
    ],
)  # fmt: skip
def test_a_wrong_pipeline_is_refused(api: Api, body: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.post("/pipelines", body)
    assert (answer.status, set(answer.errors)) == (422, {field})


def test_there_is_always_one_default(api: Api) -> None:
    other = api.post("/pipelines", {"name": "Otro"}).data["id"]
    with untouched():
        assert set(api.put("/pipelines/1", {"is_default": False}).errors) == {"is_default"}
        assert set(api.delete("/pipelines/1").errors) == {"is_default"}
    assert api.put(f"/pipelines/{other}", {"is_default": True, "name": "B"}).data["name"] == "B"
    assert [row["is_default"] for row in api.get("/pipelines").data] == [False, True]
    assert api.delete("/pipelines/1").status == 200
    assert api.get("/pipelines/1").status == 404


def test_a_pipeline_with_deals_stays(api: Api) -> None:
    other = api.post("/pipelines", {"name": "Otro"}).data
    deal = a_deal(api, pipeline_id=other["id"], stage_id=other["stages"][0]["id"])
    api.delete(f"/deals/{deal['id']}")
    with untouched():
        assert set(api.delete(f"/pipelines/{other['id']}").errors) == {"deals"}


def test_stages_are_added_changed_ordered_and_removed(api: Api) -> None:
    added = api.post("/pipelines/1/stages", {"name": "Visita", "default_probability": 35})
    assert added.status == 201
    visit = added.data["stages"][-1]
    assert (visit["name"], visit["type"], visit["default_probability"]) == ("Visita", "open", 35)
    place = f"/pipelines/1/stages/{visit['id']}"
    assert api.put(place, {"name": "Demo"}).data["stages"][-1]["name"] == "Demo"
    order = [1, 2, visit["id"], 3, 4, 5, 6]
    assert [row["id"] for row in api.put("/pipelines/1/stages/order", {"stage_ids": order}).data["stages"]] == order
    assert api.delete(place).status == 200
    assert stages_of(api) == [name for _id, name, *_rest in PRINTED]


@pytest.mark.parametrize("order", [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 7], []])
def test_an_order_names_every_stage_once(api: Api, order: list[int]) -> None:
    with untouched():
        assert api.put("/pipelines/1/stages/order", {"stage_ids": order}).status == 422


def test_a_stage_with_deals_neither_goes_nor_changes_its_type(api: Api) -> None:
    api.delete(f"/deals/{a_deal(api, stage_id=CONTACTED)['id']}")
    with untouched():
        assert set(api.delete(f"/pipelines/1/stages/{CONTACTED}").errors) == {"deals"}
        assert set(api.put(f"/pipelines/1/stages/{CONTACTED}", {"type": "won"}).errors) == {"type"}
    assert api.put(f"/pipelines/1/stages/{CONTACTED}", {"name": "Hablado", "type": "open"}).status == 200


def test_a_pipeline_keeps_a_way_to_win_and_to_lose(api: Api) -> None:
    with untouched():
        for stage in (WON, LOST):
            answer = api.delete(f"/pipelines/1/stages/{stage}")
            assert (answer.status, answer.json["code"]) == (422, "incomplete_pipeline")
            assert set(answer.errors) == {"type"}
            assert set(api.put(f"/pipelines/1/stages/{stage}", {"type": "open"}).errors) == {"type"}


def test_a_stage_of_another_pipeline_is_not_found(api: Api) -> None:
    other = api.post("/pipelines", {"name": "Otro"}).data
    foreign = other["stages"][0]["id"]
    with untouched():
        for stage in (foreign, 999, 10**30):
            assert api.put(f"/pipelines/1/stages/{stage}", {"name": "A"}).status == 404
            assert api.delete(f"/pipelines/1/stages/{stage}").status == 404


def test_only_administrators_edit(api: Api, alfa: TestTenant) -> None:
    with untouched():
        for role in ("manager", "sales", "viewer"):
            who = Api(alfa.tokens[role])
            assert who.get("/pipelines").status == 200
            calls = (
                who.post("/pipelines", {"name": "A"}), who.post("/pipelines/1/stages", {"name": "A"}),
                who.put("/pipelines/1", {"name": "A"}), who.put("/pipelines/1/stages/1", {"name": "A"}),
                who.delete("/pipelines/1"), who.delete("/pipelines/1/stages/1"),
                who.put("/pipelines/1/stages/order", {"stage_ids": [1]}),
            )  # fmt: skip
            assert [answer.status for answer in calls] == [403] * 7


def test_statements_do_not_grow_with_pipelines(api: Api) -> None:
    api.get("/pipelines")
    one = statements_of(lambda: api.get("/pipelines"))
    for _number in range(20):
        api.post("/pipelines", {"name": "A"})
    api.get("/pipelines")
    assert len(statements_of(lambda: api.get("/pipelines"))) == len(one) <= 4


def test_deals_go_their_way_in_the_first_stage(api: Api) -> None:
    assert a_deal(api, stage_id=PROSPECT)["probability"] == 10
