"""Writing pipelines and their stages: for administrators.

A pipeline always has a way to win, a way to lose and a stage on the way there; the tenant always has
one default pipeline. Whoever changes one locks it first, so that two changes see each other.
"""

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from crm.models import Deal, Pipeline, Stage, StageType
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

Values = dict[str, Any]
MOST_PIPELINES = 50
MOST_STAGES = 50
# What a pipeline gets that is made without stages: the least that it needs.
FIRST_STAGES: tuple[Values, ...] = (
    {"name": "Prospecto", "type": StageType.OPEN, "color": "#6B7280", "default_probability": 10},
    {"name": "Ganado", "type": StageType.WON, "color": "#10B981", "default_probability": 100},
    {"name": "Perdido", "type": StageType.LOST, "color": "#EF4444", "default_probability": 0},
)


@domain_action(permission="crm.manage_pipelines")
def create_pipeline(values: Values, *, actor: Actor) -> Pipeline:
    """Make a pipeline with its `stages`, in order; without any it gets an open, a won and a lost one."""
    pipelines = list(Pipeline.objects.select_for_update().order_by("pk"))
    if len(pipelines) >= MOST_PIPELINES:
        raise DomainError(_("There can be at most %(most)s pipelines.") % {"most": MOST_PIPELINES}, field="name")
    columns = {name: value for name, value in values.items() if name != "stages"}
    wants_default = columns.pop("is_default", False)
    pipeline = Pipeline(**columns, position=len(pipelines))
    pipeline.save()
    record(actor, pipeline, "pipeline.created")
    for stage in values.get("stages") or FIRST_STAGES:
        _add(pipeline, stage, actor)
    _check_whole(pipeline, "stages")
    if wants_default:
        _make_default(pipeline, actor)
    return pipeline


@domain_action(permission="crm.manage_pipelines")
def change_pipeline(pipeline: Pipeline, values: Values, *, actor: Actor) -> Pipeline:
    """Rename a pipeline, or make it the default. There is always one, so that it can only be moved elsewhere."""
    list(Pipeline.objects.select_for_update().order_by("pk").values_list("pk"))
    pipeline = lock(pipeline)
    is_default = values.pop("is_default", pipeline.is_default)
    if pipeline.is_default and not is_default:
        raise DomainError(_("Make another pipeline the default instead."), field="is_default")
    amend(pipeline, values, actor=actor, action="pipeline.changed")
    if is_default and not pipeline.is_default:
        _make_default(pipeline, actor)
    return pipeline


@domain_action(permission="crm.manage_pipelines")
def delete_pipeline(pipeline: Pipeline, *, actor: Actor) -> None:
    """Remove a pipeline that no deal is in, with its stages; never the default one."""
    pipeline = lock(pipeline)
    if pipeline.is_default:
        raise DomainError(
            _("The default pipeline cannot be deleted. Make another one the default first."),
            field="is_default",
            code="default_pipeline",
        )
    if Deal.with_deleted.filter(pipeline=pipeline).exists():
        raise DomainError(
            _("There are deals in this pipeline, perhaps in the bin. Move them to another one first."),
            field="deals",
            code="has_deals",
        )
    for stage in Stage.objects.select_for_update().filter(pipeline=pipeline).order_by("pk"):
        _remove(stage, actor)
    before = snapshot(pipeline)
    pipeline.delete()
    record(actor, pipeline, "pipeline.deleted", before=before)


@domain_action(permission="crm.manage_pipelines")
def add_stage(values: Values, *, pipeline: Pipeline, actor: Actor) -> Stage:
    """Add a stage at the end of a pipeline."""
    return _add(lock(pipeline), values, actor)


@domain_action(permission="crm.manage_pipelines")
def change_stage(stage: Stage, values: Values, *, actor: Actor) -> Stage:
    """Change a stage. Its deals keep their probability; its type can change only while it has none."""
    lock(stage.pipeline)
    stage = lock(stage)
    if values.get("type", stage.type) != stage.type and Deal.with_deleted.filter(stage=stage).exists():
        raise DomainError(
            _("There are deals in this stage, perhaps in the bin: they would be won, lost or opened with it."),
            field="type",
            hint=_("Make a new stage of that type and move the deals."),
        )
    amend(stage, values, actor=actor, action="stage.changed")
    _check_whole(stage.pipeline, "type")
    return stage


@domain_action(permission="crm.manage_pipelines")
def order_stages(pipeline: Pipeline, *, stage_ids: list[int], actor: Actor) -> Pipeline:
    """Put a pipeline's stages into this order; all of them have to be named, each once."""
    pipeline = lock(pipeline)
    stages = {stage.pk: stage for stage in Stage.objects.select_for_update().filter(pipeline=pipeline).order_by("pk")}
    if sorted(stage_ids) != sorted(stages):
        raise DomainError(_("Name each stage of the pipeline once."), field="stage_ids")
    for position, stage_id in enumerate(stage_ids, start=1):
        amend(stages[stage_id], {"position": position}, actor=actor, action="stage.changed")
    return pipeline


@domain_action(permission="crm.manage_pipelines")
def delete_stage(stage: Stage, *, actor: Actor) -> None:
    """Remove a stage that no deal is in, unless it is the last of its type."""
    pipeline = lock(stage.pipeline)
    stage = lock(stage)
    if Deal.with_deleted.filter(stage=stage).exists():
        raise DomainError(
            _("There are deals in this stage, perhaps in the bin. Move them to another one first."),
            field="deals",
            code="has_deals",
        )
    _remove(stage, actor)
    _check_whole(pipeline, "type")


def _add(pipeline: Pipeline, values: Values, actor: Actor) -> Stage:
    stages = Stage.objects.filter(pipeline=pipeline)
    if stages.count() >= MOST_STAGES:
        raise DomainError(_("A pipeline can have at most %(most)s stages.") % {"most": MOST_STAGES}, field="name")
    last = stages.aggregate(last=Max("position"))["last"] or 0
    sure = {"default_probability": 100} if values.get("type") == StageType.WON else {}  # what is won is certain
    stage = Stage(pipeline=pipeline, position=last + 1, **{**sure, **values})
    stage.save()
    record(actor, stage, "stage.created")
    return stage


def _remove(stage: Stage, actor: Actor) -> None:
    before = snapshot(stage)
    stage.delete()
    record(actor, stage, "stage.deleted", before=before)


def _check_whole(pipeline: Pipeline, field: str) -> None:
    present = set(Stage.objects.filter(pipeline=pipeline).values_list("type", flat=True))
    if present != set(StageType.values):
        raise DomainError(
            _("A pipeline needs at least one open, one won and one lost stage."),
            field=field,
            code="incomplete_pipeline",
        )


def _make_default(pipeline: Pipeline, actor: Actor) -> None:
    for other in Pipeline.objects.select_for_update().filter(is_default=True).exclude(pk=pipeline.pk):
        amend(other, {"is_default": False}, actor=actor, action="pipeline.changed")
    amend(pipeline, {"is_default": True}, actor=actor, action="pipeline.changed")
