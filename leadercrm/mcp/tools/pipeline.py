"""Pipelines (embudos) and the figures of the dashboard (tablero)."""

from collections import defaultdict
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.queries_deals import PIPELINES
from leadercrm.core.api.fields import OneOf, RowId
from leadercrm.core.api.shapes import list_of
from leadercrm.core.errors import DomainError
from leadercrm.dashboard.api.views import in_json
from leadercrm.dashboard.figures import Question, stats
from leadercrm.dashboard.periods import DEFAULT_PERIOD, PERIODS
from leadercrm.mcp.registry import READS, ROW, Call, Outcome, tool
from leadercrm.mcp.results import lean, then

MOST_PIPELINES = 100


class PipelineQuestion(serializers.Serializer[Any]):
    pipeline_id = RowId(required=False)


class StatsQuestion(serializers.Serializer[Any]):
    period = OneOf(tuple(PERIODS), required=False, default=DEFAULT_PERIOD)
    owner_id = RowId(required=False)
    pipeline_id = RowId(required=False)


def pipelines(call: Call) -> list[dict[str, Any]]:
    """All pipelines by id and name."""
    found = PIPELINES.all().order_by("position", "id").values("id", "name")
    return list(found[:MOST_PIPELINES])


@tool(
    "leader_get_pipeline",
    """Get pipelines (embudos) with their stages (etapas): ids, names, kinds, and count and amount of deals in each.
    Source of pipeline_id and stage_id. Reads only.""",
    scope="crm:read",
    input=PipelineQuestion,
    gives={"pipelines": list_of(ROW)},
    hints=READS,
    valid_values={"pipeline_id": pipelines},
)
def pipeline(call: Call) -> Outcome:
    wanted = call.values.get("pipeline_id")
    page = PIPELINES.page(call.actor, limit=MOST_PIPELINES, offset=0)
    found = [row for row in orjson.loads(page.rows) if wanted in (None, row["id"])]
    if wanted is not None and not found:
        raise DomainError(_("There is nothing with this id."), field="pipeline_id", code="unknown_reference")
    figures = stats(Question(period="all", pipeline_id=wanted), call.actor)
    by_stage: dict[int, Any] = defaultdict(dict, {row["stage_id"]: row for row in figures["pipeline"]})
    for row in found:
        for stage in row["stages"]:
            sums = by_stage[stage["id"]]
            stage.update({"deals": sums.get("count", 0), "amount": in_json(sums.get("amount", 0))})
        row["stages"] = [_slim(stage) for stage in row["stages"]]
    return Outcome({"pipelines": found, "currency": figures["currency"]})


def _slim(stage: dict[str, Any]) -> dict[str, Any]:
    """A stage without what only a screen needs."""
    return lean({name: value for name, value in stage.items() if name != "color"})


@tool(
    "leader_get_dashboard_stats",
    """Get the figures of the dashboard (tablero): deals open, won and lost, forecast, activities and invoices overdue,
    by stage and by owner. Reads only.""",
    scope="crm:read",
    input=StatsQuestion,
    gives={"deals": ROW, "activities": ROW, "invoices": ROW, "pipeline": list_of(ROW), "by_owner": list_of(ROW)},
    hints=READS,
)
def dashboard(call: Call) -> Outcome:
    figures = in_json(stats(Question(**call.values), call.actor))
    return Outcome(
        figures,
        [
            then("leader_list_deals", status="won"),
            then("leader_list_activities", overdue=True),
            then("leader_list_invoices", status="overdue"),
        ],
    )
