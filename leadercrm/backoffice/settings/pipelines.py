"""The editor of pipelines: their stages, what each means, and the order that they stand in."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.emptying import replace_stage
from crm.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_stage,
    create_pipeline,
    delete_pipeline,
    delete_stage,
    order_stages,
)
from crm.api.serializers import PipelineInput, StageInput, StageOrder
from crm.backoffice.options import deal_states
from crm.models import Deal, Pipeline, Stage
from crm.queries_deals import PIPELINES
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Column, ListPage
from leadercrm.core.web.pages import json_row, row_of, see_other
from leadercrm.core.web.toasts import toast

MANAGE = "crm.manage_pipelines"
GREY = "#6B7280"
STAGE_COLUMNS = ("id", "name", "type", "color", "default_probability", "rotten_after_days", "pipeline_id")


class PipelineList(InSettings, ListPage):
    template = "backoffice/settings/pipelines.html"
    title = _("Pipelines")
    place_in = "pipelines"
    required_permission = MANAGE
    rows = PIPELINES
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("stages", _("Stages"), template="backoffice/settings/_stages.html"),
        Column("is_default", _("Default"), "flag"),
    )
    row_url = "web:settings-pipeline"
    new_url = "web:settings-pipeline-new"
    new_label = _("New pipeline")
    new_permission = MANAGE


class PipelineForm(InSettings, FormPage):
    """Make a pipeline; it begins with the stages that each one needs."""

    template = "backoffice/settings/form.html"
    place_in = "pipelines"
    required_permission = MANAGE
    rows = PIPELINES
    serializer = PipelineInput
    fields = (Field("name", _("Name"), half=False), Field("is_default", _("New deals go here"), "flag"))
    create_action = create_pipeline
    update_action = change_pipeline
    place = ("web:settings-pipelines", "web:settings-pipeline", _("New pipeline"), _("Change pipeline"))


class PipelinePage(InSettings):
    """A pipeline's stages, in their order."""

    template = "backoffice/settings/pipeline.html"
    place_in = "pipelines"
    required_permission = MANAGE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        pipeline = json_row(PIPELINES, self.kwargs["pk"], self.actor)
        counts = (
            Deal.objects.filter(pipeline_id=pipeline["id"]).values_list("stage_id").annotate(Count("pk")).order_by()
        )
        deals = dict(counts)
        stages = [{**stage, "deals": deals.get(stage["id"], 0)} for stage in pipeline["stages"]]
        return {"pipeline": pipeline, "stages": stages, "title": pipeline["name"]}


class PipelineDelete(ActPage):
    rows = PIPELINES
    required_permission = MANAGE
    action = delete_pipeline
    done = _("The pipeline is gone.")
    then_list = "web:settings-pipelines"


class StagesOrder(InSettings):
    """Put stages in order: all of them as they were dragged, or one by a button, up or down."""

    http_method_names = ["post"]
    required_permission = MANAGE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        pipeline = row_of(PIPELINES, pk, self.actor)
        ids = request.POST.getlist("stage_ids") or self._moved(pipeline)
        order_stages(pipeline, **validated(StageOrder, {"stage_ids": ids}), actor=self.actor)
        return see_other(reverse("web:settings-pipeline", args=(pk,)))

    def _moved(self, pipeline: Pipeline) -> list[int]:
        """The order with one stage a place further up or down; at an end it stays there."""
        ids = list(pipeline.stages.order_by("position", "pk").values_list("pk", flat=True))
        for name, by in (("up", -1), ("down", 1)):
            named = [place for place, pk in enumerate(ids) if str(pk) == request_value(self.request, name)]
            for place in named:
                ids.insert(min(max(place + by, 0), len(ids)), ids.pop(place))
        return ids


def request_value(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, ""))


def stage_of(pk: int) -> Stage:
    """A stage. Raises NotFound."""
    stage = Stage.objects.select_related("pipeline").filter(pk=pk).first() if pk <= MAX_ID else None
    if stage is None:
        raise NotFound()
    return stage


class StageForm(InSettings, FormPage):
    """Add a stage to a pipeline (`pipeline` in the address), or change one."""

    template = "backoffice/settings/form.html"
    place_in = "pipelines"
    required_permission = MANAGE
    rows = PIPELINES
    serializer = StageInput
    fields = (
        Field("name", _("Name"), half=False),
        Field("type", _("Deals in it are"), "choice", options=deal_states),
        Field("color", _("Colour"), "colour"),
        Field("default_probability", _("Probability in percent"), "number", hint=_("What deals get that enter it.")),
        Field("rotten_after_days", _("Rotten after days"), "number", hint=_("Nothing: deals may stay for ever.")),
    )

    def preset(self) -> dict[str, Any]:
        return {"type": "open", "color": GREY, "default_probability": 50, **super().preset()}

    def _row(self) -> dict[str, Any] | None:
        if "pk" not in self.kwargs:
            return None
        stage = stage_of(self.kwargs["pk"])
        return {name: getattr(stage, name) for name in STAGE_COLUMNS}

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        if row is not None:
            return change_stage(stage_of(row["id"]), values, actor=self.actor)
        return add_stage(values, pipeline=row_of(PIPELINES, self.kwargs["pipeline"], self.actor), actor=self.actor)

    def called(self, row: dict[str, Any] | None) -> Any:
        return row["name"] if row else _("New stage")

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse("web:settings-pipeline", args=(row["pipeline_id"] if row else self.kwargs["pipeline"],))

    def after(self, saved: Any) -> str:
        return reverse("web:settings-pipeline", args=(saved.pipeline_id,))


class StageDelete(InSettings):
    """Delete a stage; where deals stand in it, one says first where they go."""

    template = "backoffice/settings/stage_delete.html"
    place_in = "pipelines"
    required_permission = MANAGE
    title = _("Delete the stage")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        stage = stage_of(self.kwargs["pk"])
        others = Stage.objects.filter(pipeline_id=stage.pipeline_id, type=stage.type).exclude(pk=stage.pk)
        deals = Deal.with_deleted.filter(stage=stage)
        return {"stage": stage, "others": self.named(others), "deals": deals.count(), **kwargs}

    def named(self, stages: Any) -> Iterable[tuple[Any, Any]]:
        return list(stages.order_by("position", "pk").values_list("pk", "name"))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        stage, to = stage_of(pk), request_value(request, "to_id")
        try:
            if to:
                replace_stage(stage, to_id=int(to) if to.isascii() and to.isdigit() else 0, actor=self.actor)
            else:
                delete_stage(stage, actor=self.actor)
        except DomainError as refusal:
            return self.draw(self.context(refusal=refusal), status=refusal.status)
        toast(request, _("The stage is gone."))
        return see_other(reverse("web:settings-pipeline", args=(stage.pipeline_id,)))
