"""The board of deals: a pipeline's stages side by side."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from crm.actions.deals import currency_of
from crm.backoffice.options import users
from crm.models import Pipeline, Stage
from crm.queries_board import board
from leadercrm.core.errors import NotFound
from leadercrm.core.web.lists import Choice, Drawn
from leadercrm.core.web.pages import Page

BOARD = "#board"
NARROWING = ("owner_id", "search")


class DealBoard(Page):
    """A pipeline's stages side by side, their deals as cards that are dragged from one to the next."""

    template = "crm/board.html"
    title = _("Deals")
    section = "deals"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        pipelines = list(Pipeline.objects.order_by("position", "pk"))
        pipeline = self._pipeline(pipelines)
        query = {name: self.request.GET[name] for name in NARROWING if self.request.GET.get(name)}
        columns = board(pipeline, query, currency_of(self.actor), self.actor)
        for column in columns:
            for card in column.cards:
                card["rotten_days"] = _rotten_days(card, column.stage)
        return {
            "columns": columns,
            "pipeline": pipeline,
            "pipelines": pipelines,
            "mine": Drawn(Choice("owner_id", _("Anybody's"), users), self.request.GET.get("owner_id", "")),
            "search": self.request.GET.get("search", ""),
            "may_move": self.actor.may("crm.change_deal"),
        }

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if self.request.headers.get("HX-Target", "").endswith(BOARD) and "columns" in context:
            template = "crm/_board.html"
        return super().draw(context, template=template, status=status)

    def _pipeline(self, pipelines: list[Pipeline]) -> Pipeline:
        asked = self.request.GET.get("pipeline_id")
        known = [row for row in pipelines if (str(row.pk) == asked if asked else row.is_default)]
        if not known:
            raise NotFound()
        return known[0]


def _rotten_days(card: dict[str, Any], stage: Stage) -> int:
    """How many days a deal has stood in a stage that it should have left; 0 while it may stay."""
    entered = parse_datetime(card["stage_entered_at"])
    if stage.rotten_after_days is None or entered is None:
        return 0
    days = (timezone.now() - entered).days
    return days if days >= stage.rotten_after_days else 0
