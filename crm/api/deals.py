"""Deals, pipelines and stages under /api/v1."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from crm.actions.deals import change_deal, create_deal, delete_deal, move_stage, restore_deal
from crm.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_stage,
    create_pipeline,
    delete_pipeline,
    delete_stage,
    order_stages,
)
from crm.api.resources import DEAL, PIPELINE
from crm.api.serializers import DealInput, NewPipelineInput, PipelineInput, StageInput, StageMove, StageOrder
from crm.filters import DealFilter
from crm.models import Stage
from crm.queries import COMPANIES
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS, DELETED_DEALS, PIPELINES, STAGE_CHANGES, of_deal
from leadercrm.core.api.bin import BinViewSet
from leadercrm.core.api.chosen import Included
from leadercrm.core.api.described import described
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import Shape, component, data, page
from leadercrm.core.api.views import TenantViewSet, action_route
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID


def _history() -> Shape:
    return page(row_shape(STAGE_CHANGES, "StageStay"))


class DealViewSet(BinViewSet):
    resource = DEAL
    rows = DEALS
    bin_rows = DELETED_DEALS
    restore_action = restore_deal
    filters = DealFilter.base_filters
    includes: ClassVar[Mapping[str, Included]] = {
        "company": Included("Company", COMPANIES, of="company_id"),
        "activities": Included("Activity", ACTIVITIES, via="deal_id"),
    }
    serializer_class = DealInput
    create_action = create_deal
    update_action = change_deal
    delete_action = delete_deal
    deleted_message = _("Deal deleted.")
    move_stage = action_route(
        move_stage, path="move-stage", serializer=StageMove, summary=_("Move a deal to another stage")
    )

    @described(_("List the stages that a deal went through"), id="listDealStages", returns=_history)
    @drf_action(detail=True, methods=["get"], url_path="stage-history")
    def stage_history(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The stages that the deal has been in, first one first, and how long it stayed in each."""
        return self.listed_below(STAGE_CHANGES, of_deal, cacheable=False, deal=self.row(pk).pk)


class PipelineViewSet(TenantViewSet):
    """Read by everybody; changed by administrators."""

    resource = PIPELINE
    rows = PIPELINES
    serializer_class = PipelineInput
    create_action = create_pipeline
    update_action = change_pipeline
    delete_action = delete_pipeline
    deleted_message = _("Pipeline deleted.")

    @described(body=NewPipelineInput)
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As every resource; `stages` may come with it, in order."""
        return self.answer(create_pipeline(self.cleaned(NewPipelineInput), actor=self.actor).pk, 201)


class StageViewSet(TenantViewSet):
    """The stages of a pipeline. Every answer is the whole pipeline."""

    resource = PIPELINE
    rows = PIPELINES
    create_action = add_stage
    update_action = change_stage
    delete_action = delete_stage

    @described(_("Add a stage to a pipeline"), id="addStage", body=StageInput)
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pipeline = self._pipeline()
        add_stage(self.cleaned(StageInput), pipeline=pipeline, actor=self.actor)
        return self.answer(pipeline.pk, 201)

    @described(_("Change a stage"), id="changeStage", body=StageInput)
    def update(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        stage = self._stage(pk)
        change_stage(stage, self.cleaned(StageInput, partial=True), actor=self.actor)
        return self.answer(stage.pipeline_id)

    @described(_("Remove a stage"), id="deleteStage", returns=data(component("Pipeline")))
    def destroy(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        stage = self._stage(pk)
        delete_stage(stage, actor=self.actor)
        return self.answer(stage.pipeline_id)

    @described(_("Put the stages of a pipeline in order"), id="orderStages", act=order_stages, body=StageOrder)
    def order(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Put all stages of the pipeline into an order."""
        pipeline = self._pipeline()
        order_stages(pipeline, **self.cleaned(StageOrder), actor=self.actor)
        return self.answer(pipeline.pk)

    def _pipeline(self) -> Any:
        return self.row(self.kwargs["pipeline_pk"])

    def _stage(self, pk: int) -> Stage:
        found = Stage.objects.select_related("pipeline").filter(pipeline=self._pipeline(), pk=min(pk, MAX_ID))
        stage: Stage | None = found.first()
        if stage is None:
            raise NotFound()
        return stage
