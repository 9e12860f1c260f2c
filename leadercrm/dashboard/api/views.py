"""GET /api/v1/dashboard/stats."""

from decimal import Decimal
from typing import Any

import django_filters
import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.models import StageType
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.filters import ChoiceFilter, IdFilter, Narrowing
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import (
    DATE,
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
    {
        "pipeline_id": INTEGER,
        "pipeline_name": TEXT,
        "stage_id": INTEGER,
        "stage_name": TEXT,
        "type": one_of(StageType.values),
        "count": INTEGER,
        "amount": NUMBER,
    }
)
OWNER = record(
    {
        "owner_id": nullable(INTEGER),
        "owner_name": nullable(TEXT),
        **SUMS,
        "pending_activities": INTEGER,
        "overdue_activities": INTEGER,
    }
)
STATS = record(
    {
        "period": one_of(PERIODS),
        "from": explained(nullable(DATE), _("The period's first day; null: since ever.")),
        "to": explained(nullable(DATE), _("The period's last day; null: for ever.")),
        "currency": explained(TEXT, _("The tenant's; all sums are in it.")),
        "deals": record(
            {**SUMS, "other_currencies": explained(list_of(OTHER), _("Sums that are in no other figure."))}
        ),
        "activities": record({"pending": INTEGER, "overdue": INTEGER, "due_today": INTEGER}),
        "invoices": record({"outstanding": NUMBER, "overdue": NUMBER}),
        "notifications": record({"unread": INTEGER}),
        "pipeline": list_of(STAGE),
        "by_owner": list_of(OWNER),
    },
    "DashboardStats",
)
FILTERS: dict[str, django_filters.Filter] = {
    "period": ChoiceFilter(choices=PERIODS, label=_("Of when what was won and lost is told.")),
    "owner_id": IdFilter(label=_("The user whose they are.")),
    "pipeline_id": IdFilter(label=_("The pipeline that they are in.")),
}
QUERY = {name: explained(filter_.field.shape, filter_.label) for name, filter_ in FILTERS.items()}
QUERY["period"]["default"] = DEFAULT_PERIOD


class DashboardStatsView(ApiView):
    resource = Resource("DashboardStats", _("figure"), _("figures"), _("How sales are going."))

    @described(_("Read the figures of the dashboard"), id="getDashboardStats", query=QUERY, returns=data(STATS))
    def get(self, request: HttpRequest) -> HttpResponse:
        question = Question(**Narrowing(FILTERS, request.GET).values)
        return json_response({"data": in_json(stats(question, self.actor))})


def in_json(value: Any) -> Any:
    """The same with sums as JSON numbers to the last cent, however large: 450000.00 is 450000 (G-18)."""
    if isinstance(value, dict):
        return {key: in_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [in_json(part) for part in value]
    if isinstance(value, Decimal):
        text = format(value, "f")
        return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)
    return value
