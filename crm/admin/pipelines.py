"""Pipelines and their stages in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminIntegerFieldWidget

from crm.actions.pipelines import (
    add_stage,
    change_pipeline,
    change_stage,
    create_pipeline,
    delete_pipeline,
    delete_stage,
    order_stages,
)
from crm.admin import columns
from crm.api.serializers import PipelineInput, StageInput
from crm.models import Pipeline, Stage
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.forms import RefusableForm
from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


class StagesOfPipeline(ShownRows):
    """In order; each is changed on its own page."""

    model = Stage
    verbose_name_plural = _("stages")
    fields = ("name", "type", "default_probability", "rotten_after_days")
    ordering = ("position", "id")
    show_change_link = True


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
    section, icon = "sales", "conversion_path"
    create_action, update_action, delete_action = create_pipeline, change_pipeline, delete_pipeline
    serializer = PipelineInput
    ordering = ("position", "id")
    annotations: ClassVar[Any] = {
        "stages_number": columns.number_of(Stage.objects.all(), "pipeline"),
        "deals_number": columns.deals("pipeline"),
    }
    list_display = ("name", "is_default", "stages", "deals")
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name", "is_default")
    inlines = (StagesOfPipeline,)
    buttons = (
        Button(
            "order", _("Put the stages in order"), order_stages, icon="format_list_numbered", question=OrderQuestion
        ),
    )

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        """A new pipeline gets its first stages when it is saved."""
        return self.inlines if obj else ()

    @admin.display(description=_("stages"))
    def stages(self, row: Any) -> int:
        return int(row.stages_number)

    @admin.display(description=_("deals"))
    def deals(self, row: Any) -> int:
        return int(row.deals_number)


class StageForm(RefusableForm):
    """A stage, its colour picked."""

    class Meta:
        widgets: ClassVar[Any] = {"color": UnfoldAdminColorInputWidget}


@admin.register(Stage, site=tenant_site)
class StageAdmin(ActionAdmin):
    section, icon = "sales", "linear_scale"
    parent = "pipeline"
    form = StageForm
    create_action, update_action, delete_action = add_stage, change_stage, delete_stage
    serializer = StageInput
    ordering = ("pipeline__position", "pipeline", "position", "id")
    annotations: ClassVar[Any] = {"deals_number": columns.deals("stage")}
    list_display = ("name", "pipeline", "type", "default_probability", "rotten_after_days", "deals")
    list_select_related = ("pipeline",)
    list_filter = ("pipeline", "type")
    search_fields = ("name",)
    autocomplete_fields = ("pipeline",)
    fields: ClassVar[Any] = ("pipeline", "name", ("type", "color"), ("default_probability", "rotten_after_days"))

    @admin.display(description=_("deals"))
    def deals(self, row: Any) -> int:
        return int(row.deals_number)
