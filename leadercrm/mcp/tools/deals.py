"""Deals (oportunidades) and the pipelines (embudos) that they go through."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.deals import change_deal, create_deal, move_stage
from crm.api.serializers import DealInput
from crm.filters import DealFilter
from crm.models import Stage, StageType
from crm.queries_deals import DEALS
from leadercrm.core.api.fields import Day, OneOf, RowId, Text, Whole
from leadercrm.core.errors import DomainError
from leadercrm.core.text import fold
from leadercrm.mcp.inputs import Listed, Reference, Repeatable, leaves_out
from leadercrm.mcp.reading import Listing
from leadercrm.mcp.registry import READS, ROW, ROWS, SETS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.tools.pipeline import pipelines
from leadercrm.mcp.writing import meant, wrote

LISTING = Listing(
    DEALS,
    DealFilter.base_filters,
    (
        "id", "name", "amount", "currency", "pipeline_id", "stage_id", "stage_name", "status", "probability",
        "expected_close_date", "owner_id", "owner_name", "company_name", "stage_entered_at",
    ),
)  # fmt: skip
STAGE_NOTE = "Id or name, from leader_get_pipeline."


class DealSearch(Listed):
    search = Text(required=False, max_length=200)
    status = OneOf(StageType.values, required=False)
    pipeline_id = RowId(required=False)
    stage_id = RowId(required=False)
    owner_id = RowId(required=False)
    contact_id = RowId(required=False)
    stalled_days = Whole(required=False, min_value=1)
    closing_before = Day(required=False)


@leaves_out("probability", "lost_reason")
class DealCreation(DealInput, Repeatable):
    stage_id = Reference()


@leaves_out("pipeline_id", "stage_id", "lost_reason")
class DealChange(DealInput, Repeatable):
    deal_id = RowId()
    name = Text(max_length=255, required=False)


class DealMove(Repeatable):
    deal_id = RowId()
    stage_id = Reference()
    reason = Text(max_length=255, required=False)


def stages(call: Call) -> list[dict[str, Any]]:
    """The stages of the pipeline that the call names, else of all."""
    found = Stage.objects.order_by("pipeline__position", "pipeline_id", "position", "pk")
    pipeline_id = call.values.get("pipeline_id")
    if pipeline_id is not None and found.filter(pipeline_id=pipeline_id).exists():
        found = found.filter(pipeline_id=pipeline_id)
    return [dict(row) for row in found.values("id", "name", "type", "pipeline_id")[:50]]


def stage_id_of(reference: int | str, pipeline_id: int) -> int:
    """The id of a stage that is given by id or by name; what case and accents a name has is no matter."""
    if isinstance(reference, int):
        return reference
    wanted = fold(reference)
    for pk, name in Stage.objects.filter(pipeline_id=pipeline_id).values_list("pk", "name"):
        if fold(name) == wanted:
            return int(pk)
    raise DomainError(_("This pipeline has no stage of this name."), field="stage_id", code="unknown_reference")


@tool(
    "leader_create_deal",
    """Create a deal (oportunidad, negocio) in a stage of a pipeline. Get both ids from leader_get_pipeline.""",
    scope="crm:write",
    input=DealCreation,
    gives={"deal": ROW},
    hints=WRITES,
    notes={"stage_id": STAGE_NOTE, "contact_ids": "From leader_search_contacts."},
    valid_values={"stage_id": stages, "pipeline_id": pipelines},
)
def create(call: Call) -> Outcome:
    values = dict(call.values)
    values["stage_id"] = stage_id_of(values["stage_id"], values["pipeline_id"])
    deal = create_deal(values, actor=call.actor)
    about = {"activitable_type": "deal", "activitable_id": deal.pk, "type": "call"}
    contacts = values.get("contact_ids") or []
    quote = [then("leader_create_quote", contact_id=contacts[0], deal_id=deal.pk)] if contacts else []
    return wrote(call, "deal", DEALS, deal.pk, "deals", then("leader_create_activity", **about), *quote)


@tool(
    "leader_update_deal",
    """Change a deal (oportunidad): only the arguments given are written; contact_ids replaces who takes part. For its
    stage use leader_move_deal_stage.""",
    scope="crm:write",
    input=DealChange,
    gives={"deal": ROW},
    hints=SETS,
)
def update(call: Call) -> Outcome:
    values = dict(call.values)
    deal = meant(DEALS, values.pop("deal_id"), call, "deal_id")
    change_deal(deal, values, actor=call.actor)
    return wrote(call, "deal", DEALS, deal.pk, "deals")


@tool(
    "leader_move_deal_stage",
    """Move a deal (oportunidad) to another stage (etapa) of its pipeline; won and lost are stages too. Its history is
    kept, and its owner is told when it is won or lost.""",
    scope="crm:write",
    input=DealMove,
    gives={"deal": ROW, "from": ROW, "to": ROW},
    hints=SETS,
    notes={"stage_id": STAGE_NOTE, "reason": "Why it was lost."},
    valid_values={"stage_id": stages},
)
def move(call: Call) -> Outcome:
    deal = meant(DEALS, call.values["deal_id"], call, "deal_id")
    call.values["pipeline_id"] = deal.pipeline_id
    left = _place(deal)
    stage_id = stage_id_of(call.values["stage_id"], deal.pipeline_id)
    moved = move_stage(deal, stage_id=stage_id, lost_reason=call.values.get("reason"), actor=call.actor)
    return wrote(call, "deal", DEALS, deal.pk, "deals", **{"from": left, "to": _place(moved)})


def _place(deal: Any) -> dict[str, Any]:
    return {"stage_id": deal.stage_id, "stage_name": deal.stage.name, "probability": deal.probability}


@tool(
    "leader_list_deals",
    """List deals (oportunidades) by status, stage, owner, contact, days without movement or expected close. Reads
    only.""",
    scope="crm:read",
    input=DealSearch,
    gives=ROWS,
    hints=READS,
    notes={"stalled_days": "Open and so many days in the same stage."},
)
def search(call: Call) -> Outcome:
    return Outcome(LISTING.page(call))
