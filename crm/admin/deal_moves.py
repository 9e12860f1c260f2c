"""Buttons that move a deal: to another stage, to won, to lost, to another pipeline."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from crm.actions.deals import change_deal, move_stage
from crm.admin.deal_forms import StageChoice
from crm.models import Deal, Stage, StageType
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button, Question, stands_for
from leadercrm.core.admin_kit.options import in_bin


def reason_field() -> forms.CharField:
    return forms.CharField(label=_("Reason of loss"), max_length=255, required=False, widget=UnfoldAdminTextInputWidget)


class StageQuestion(Question):
    """Which of its pipeline's other stages, and why, if that is a lost one."""

    stage_id = StageChoice()
    lost_reason = reason_field()

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field: Any = self.fields["stage_id"]
        field.queryset = field.queryset.filter(pipeline=row.pipeline_id).exclude(pk=row.stage_id)

    def arguments(self) -> Mapping[str, Any]:
        return {"stage_id": self.cleaned_data["stage_id"].pk, "lost_reason": self.cleaned_data["lost_reason"] or None}


class LossQuestion(Question):
    """Why."""

    lost_reason = reason_field()

    def arguments(self) -> Mapping[str, Any]:
        return {"lost_reason": self.cleaned_data["lost_reason"] or None}


class PipelineQuestion(Question):
    """A stage of another pipeline."""

    stage = StageChoice()

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        field: Any = self.fields["stage"]
        field.queryset = field.queryset.exclude(pipeline=row.pipeline_id)


@stands_for(move_stage)
def win(deal: Deal, *, actor: Actor) -> Deal:
    """Move a deal to the first stage of its pipeline that is won."""
    return move_stage(deal, stage_id=_first(deal, StageType.WON), actor=actor)


@stands_for(move_stage)
def lose(deal: Deal, *, lost_reason: str | None, actor: Actor) -> Deal:
    """Move a deal to the first stage of its pipeline that is lost."""
    return move_stage(deal, stage_id=_first(deal, StageType.LOST), lost_reason=lost_reason, actor=actor)


@stands_for(change_deal)
def transfer(deal: Deal, *, stage: Stage, actor: Actor) -> Deal:
    """Move a deal to a stage of another pipeline."""
    return change_deal(deal, {"pipeline_id": stage.pipeline_id, "stage_id": stage.pk}, actor=actor)


def _first(deal: Deal, kind: StageType) -> int:
    """Every pipeline has a stage of each kind."""
    stages = Stage.objects.filter(pipeline=deal.pipeline_id, type=kind).order_by("position", "id")
    return int(stages.values_list("pk", flat=True)[0])


def _is_not(kind: StageType) -> Any:
    return lambda deal: not in_bin(deal) and deal.stage.type != kind


MOVES = (
    Button(
        "move",
        _("Move to another stage"),
        move_stage,
        explanation=_("The stage decides its probability, and whether it is open, won or lost."),
        icon="arrow_forward",
        shown=lambda deal: not in_bin(deal),
        question=StageQuestion,
    ),
    Button(
        "win",
        _("Won"),
        win,
        explanation=_("The deal is closed, and its owner and the administrators are told."),
        icon="trophy",
        shown=_is_not(StageType.WON),
    ),
    Button(
        "lose",
        _("Lost"),
        lose,
        explanation=_("The deal is closed, and its owner and the administrators are told."),
        icon="thumb_down",
        shown=_is_not(StageType.LOST),
        question=LossQuestion,
    ),
    Button(
        "transfer",
        _("Other pipeline"),
        transfer,
        explanation=_("It leaves its pipeline for a stage of another one."),
        icon="conversion_path",
        shown=lambda deal: not in_bin(deal) and Stage.objects.exclude(pipeline=deal.pipeline_id).exists(),
        question=PipelineQuestion,
    ),
)
