"""What the API and the pages read of pipelines and deals, and look-ups for their actions."""

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Now, Round

from crm.models import Deal, DealContact, Pipeline, Stage, StageChange, StageType
from crm.queries import in_bin
from leadercrm.core.actor import Actor
from leadercrm.core.api.columns import (
    FirstOf,
    JoinedName,
    JsonList,
    JsonObject,
    Number,
    Param,
    Seconds,
    Slot,
    Timestamp,
)
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import INTEGER, TEXT, list_of, nullable, one_of, record
from leadercrm.core.api.statements import KeptInstance, Statement


def _json_list(rows: QuerySet[Any], group: str, entry: JsonObject, order: tuple[str, ...]) -> JsonList:
    """The entries of the rows that belong to the outer row, as a JSON array."""
    listed = rows.filter(**{group: OuterRef("pk")}).order_by(*order)
    return JsonList(ArraySubquery(listed.values_list(entry)))


STAGE_FIELDS = ("id", "name", "type", "color", "default_probability", "rotten_after_days")
STAGE = record(
    {
        "id": INTEGER,
        "name": TEXT,
        "type": one_of(StageType.values),
        "color": TEXT,
        "default_probability": INTEGER,
        "rotten_after_days": nullable(INTEGER),
    },
    "Stage",
)
PIPELINES = JsonRows(
    Pipeline.objects.all,
    {
        "id": "id",
        "name": "name",
        "is_default": "is_default",
        "stages": _json_list(
            Stage.objects.all(), "pipeline", JsonObject(**{name: name for name in STAGE_FIELDS}), ("position", "id")
        ),
    },
    order=("position", "id"),
    owned=False,
    types={"stages": list_of(STAGE)},
    living=False,  # the first pipeline came with the schema, not by an action: there is no tally of it
)

# To the cent, deal by deal: a sum of them is the sum of what is shown (contract, section 5).
WEIGHTED_AMOUNT = Round(
    ExpressionWrapper(F("amount") * F("probability") / 100, DecimalField()), 2, output_field=DecimalField()
)
DEAL_COLUMNS = {
    "id": "id",
    "name": "name",
    "amount": Number("amount"),
    "currency": "currency",
    "pipeline_id": "pipeline_id",
    "stage_id": "stage_id",
    "stage_name": "stage__name",
    "status": "stage__type",
    "probability": "probability",
    "weighted_amount": Number(WEIGHTED_AMOUNT),
    "expected_close_date": "expected_close_date",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "company_id": "company_id",
    "company_name": "company__name",
    "contacts": _json_list(
        DealContact.objects.filter(contact__deleted_at__isnull=True),
        "deal",
        JsonObject(
            id="contact_id",
            full_name=JoinedName("contact__first_name", "contact__last_name"),
            primary_email=FirstOf("contact__emails", "email"),
        ),
        ("id",),
    ),
    "lost_reason": "lost_reason",
    "stage_entered_at": Timestamp("stage_entered_at"),
    "closed_at": Timestamp("closed_at"),
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
PARTICIPANT = record({"id": INTEGER, "full_name": TEXT, "primary_email": nullable(TEXT)}, "DealContact")
DEAL_TYPES = {"contacts": list_of(PARTICIPANT), "stage_name": TEXT, "status": one_of(StageType.values)}
DEALS = JsonRows(Deal.objects.all, DEAL_COLUMNS, types=DEAL_TYPES)
DELETED_DEALS = in_bin(Deal, DEAL_COLUMNS, types=DEAL_TYPES)


def _next_move() -> Subquery:
    later = StageChange.objects.filter(deal=OuterRef("deal"), pk__gt=OuterRef("pk")).order_by("pk")
    return Subquery(later.values("at")[:1])


STAGE_CHANGES = JsonRows(
    StageChange.objects.all,
    {
        "id": "id",
        "deal_id": "deal_id",
        "stage_id": "to_stage_id",
        "stage_name": "to_stage__name",
        "from_stage_id": "from_stage_id",
        "from_stage_name": "from_stage__name",
        "user_id": "user_id",
        "user_name": F("user__name"),
        "entered_at": Timestamp("at"),
        "left_at": Timestamp(_next_move()),
        "seconds_in_stage": Seconds(Coalesce(_next_move(), Now()) - F("at")),
    },
    order=("id",),
    owned=False,
)


def stages_of(deal: Deal, actor: Actor, most: int = 50) -> list[dict[str, Any]]:
    """The stages that a deal has been in, as the API has them, first one first."""
    page = STAGE_CHANGES.page(
        actor, limit=most, offset=0, values={"deal": deal.pk}, key=("deal",), narrow=of_deal, cacheable=False
    )
    rows: list[dict[str, Any]] = json.loads(page.rows)
    return rows


def of_deal(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the deal in the parameter `deal`."""
    return rows.filter(deal_id=Param("deal", BigIntegerField()))


def living_contacts(contact_ids: list[int]) -> set[int]:
    """Those of the ids that are living contacts'. None of them can go before the running transaction ends."""
    return {pk for (pk,) in LIVING_CONTACTS.fetch_all({"pks": contact_ids})}


def stage_of(stage_id: int) -> Stage | None:
    """The stage with this id; it cannot be removed or change its type before the running transaction ends."""
    stage: Stage | None = _shared_stage(pk=stage_id)
    return stage


LIVING_CONTACTS = Statement(
    "SELECT id FROM crm_contact WHERE id = ANY(%s) AND deleted_at IS NULL ORDER BY id FOR KEY SHARE",
    (Slot("pks"),),
    True,
)
_shared_stage = KeptInstance(lambda: Stage.objects.filter(pk=Param("pk", BigIntegerField())), key_share=True)
