"""GET /api/v1/dashboard/stats."""

from decimal import Decimal
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.models import StageType
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.filters import IdField
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import (
    INTEGER,
    NUMBER,
    TEXT,
    Shape,
    data,
    explained,
    list_of,
    nullable,
    one_of,
    record,
)
from leadercrm.core.api.views import ApiView
from leadercrm.core.errors import DomainError
from leadercrm.dashboard.figures import Question, stats
from leadercrm.dashboard.periods import DEFAULT_PERIOD, PERIODS

SUMS: dict[str, Shape] = {
    "open_count": INTEGER,
    "open_amount": NUMBER,
    "weighted_amount": explained(NUMBER, _("Open amounts, each by its probability.")),
    "won_count": INTEGER,
    "won_amount": NUMBER,
    "lost_count": INTEGER,
    "win_rate": explained(nullable(NUMBER), _("Percent of the closed that were won; null if none was closed.")),
}
OTHER = record({"currency": TEXT, **SUMS})
STAGE = record(
    {"stage_id": INTEGER, "stage_name": TEXT, "type": one_of(StageType.values), "count": INTEGER, "amount": NUMBER}
)
STATS = record(
    {
        "period": one_of(PERIODS),
        "currency": explained(TEXT, _("The tenant's; all sums are in it.")),
        "deals": record(
            {**SUMS, "other_currencies": explained(list_of(OTHER), _("Sums that are in no other figure."))}
        ),
        "activities": record({"pending": INTEGER, "overdue": INTEGER, "due_today": INTEGER}),
        "invoices": record({"outstanding": NUMBER, "overdue": NUMBER}),
        "notifications": record({"unread": INTEGER}),
        "pipeline": list_of(STAGE),
        "by_owner": list_of(record({"owner_id": nullable(INTEGER), "owner_name": nullable(TEXT), **SUMS})),
    },
    "DashboardStats",
)
QUERY = {
    "period": explained({**one_of(PERIODS), "default": DEFAULT_PERIOD}, _("Of when what was won and lost is told.")),
    "owner_id": explained(IdField.shape, _("The user whose they are.")),
    "pipeline_id": explained(IdField.shape, _("The pipeline that they are in.")),
}


class DashboardStatsView(ApiView):
    resource = Resource("DashboardStats", _("figure"), _("figures"), _("How sales are going."))

    @described(_("Read the figures of the dashboard"), id="getDashboardStats", query=QUERY, returns=data(STATS))
    def get(self, request: HttpRequest) -> HttpResponse:
        question = Question(_period(request), _row_id(request, "owner_id"), _row_id(request, "pipeline_id"))
        return json_response({"data": _written(stats(question, self.actor))})


def _period(request: HttpRequest) -> str:
    name = request.GET.get("period") or DEFAULT_PERIOD
    if name not in PERIODS:
        allowed = ", ".join(PERIODS)
        raise DomainError(_("Must be one of: %(allowed)s.") % {"allowed": allowed}, field="period", code="invalid")
    return name


def _row_id(request: HttpRequest, name: str) -> int | None:
    """Like every filter by an id: an unknown one finds nothing, none at all is all."""
    raw = request.GET.get(name)
    if not raw:
        return None
    try:
        return IdField().clean(raw)
    except ValidationError as error:
        raise DomainError(_("Must be a whole number."), field=name, code="invalid") from error


def _written(value: Any) -> Any:
    """The same with sums as JSON numbers to the last cent, however large: 450000.00 is 450000 (G-18)."""
    if isinstance(value, dict):
        return {key: _written(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_written(part) for part in value]
    if isinstance(value, Decimal):
        text = format(value, "f")
        return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)
    return value
