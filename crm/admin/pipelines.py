"""Pipelines and their stages in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from crm.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_stage,
    create_pipeline,
    delete_pipeline,
    delete_stage,
    order_stages,
)
from crm.api.serializers import NewPipelineInput, StageInput
from crm.models import Pipeline, Stage
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from leadercrm.core.errors import DomainError

call(Pipeline, _("pipeline"), _("pipelines"), name=_("name"), is_default=_("default"), position=_("place"))
call(
    Stage, _("stage"), _("stages"), pipeline=_("pipeline"), name=_("name"), type=_("type"), color=_("colour"),
    default_probability=_("probability, %"), position=_("place"), rotten_after_days=_("rotten after days"),
)  # fmt: skip


class OrderQuestion(Question):
    """A place for each stage."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        for place, stage in enumerate(row.stages.order_by("position", "pk"), start=1):
            self.fields[f"stage_{stage.pk}"] = forms.IntegerField(
                label=stage.name, initial=place, widget=UnfoldAdminIntegerFieldWidget
            )

    def arguments(self) -> dict[str, Any]:
        """Two stages of one place stay in the order that they are shown in."""
        ids = [int(name.removeprefix("stage_")) for name in self.fields]
        return {"stage_ids": sorted(ids, key=lambda pk: self.cleaned_data[f"stage_{pk}"])}


@admin.register(Pipeline, site=tenant_site)
class PipelineAdmin(ActionAdmin):
    section, icon = "sales", "view_kanban"
    create_action, update_action, delete_action = create_pipeline, change_pipeline, delete_pipeline
    serializer = NewPipelineInput
    ordering = ("position", "id")
    list_display = ("name", "is_default")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name", "is_default", "stages_in_order")
    readonly_fields = ("stages_in_order",)
    buttons = (
        Button(
            "order", _("Put the stages in order"), order_stages, icon="format_list_numbered", question=OrderQuestion
        ),
    )

    @admin.display(description=_("stages"))
    def stages_in_order(self, row: Pipeline) -> str:
        return " → ".join(stage.name for stage in row.stages.order_by("position", "pk")) if row.pk else "—"


@admin.register(Stage, site=tenant_site)
class StageAdmin(ActionAdmin):
    section, icon = "sales", "label"
    update_action, delete_action = change_stage, delete_stage
    serializer = StageInput
    ordering = ("pipeline_id", "position", "id")
    list_display = ("name", "pipeline", "type", "default_probability", "rotten_after_days")
    list_select_related = ("pipeline",)
    list_filter = ("pipeline", "type")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("pipeline", "name", "type", "color", ("default_probability", "rotten_after_days"))

    @staticmethod
    def create_action(values: dict[str, Any], *, actor: Actor) -> Stage:
        pipeline = Pipeline.objects.filter(pk=values.pop("pipeline_id", None)).first()
        if pipeline is None:
            raise DomainError(_("There is no pipeline with this id."), field="pipeline_id", code="unknown_reference")
        return add_stage(values, pipeline=pipeline, actor=actor)

    create_action.permission = "crm.manage_pipelines"  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A stage stays in its pipeline."""
        return ("pipeline",) if obj else ()

    def cleaned(self, values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        pipeline = {name: values.pop(name) for name in ("pipeline_id",) if name in values}
        return {**super().cleaned(values, partial=partial), **pipeline}
