"""Taking a stage away that deals stand in: they go to another one first."""

from django.utils.translation import gettext_lazy as _

from crm.actions.pipelines import delete_stage
from crm.actions.references import find_stage
from crm.actions.stages import enter_stage
from crm.models import Deal, Stage
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

# Each is written with its history; more of them would hold the pipeline for longer than people wait.
MOST_MOVED = 1000


@domain_action(permission="crm.manage_pipelines")
def replace_stage(stage: Stage, *, to_id: int, actor: Actor) -> None:
    """Delete a stage, and let its deals stand in another one of its pipeline and its type, those in the bin too.

    Of the same type, so that tidying up wins and loses nothing, and closes nothing anew. Refuses what
    `delete_stage` refuses: a deal that comes into the stage meanwhile stays, and so does the stage.
    """
    # Deals before their stage, as whoever moves a deal locks them.
    deals = list(Deal.with_deleted.select_for_update(of=("self",)).filter(stage=stage).order_by("pk")[: MOST_MOVED + 1])
    if len(deals) > MOST_MOVED:
        raise DomainError(
            _("More than %(most)s deals stand in this stage.") % {"most": MOST_MOVED},
            field="deals",
            code="too_many",
            hint=_("Move some of them on the board first."),
        )
    to = find_stage(to_id, stage.pipeline_id)
    if to.pk == stage.pk or to.type != stage.type:
        raise DomainError(_("Choose another stage of the same type."), field="to_id")
    for deal in deals:
        _move(deal, to, actor)
    delete_stage(stage, actor=actor)


def _move(deal: Deal, to: Stage, actor: Actor) -> None:
    before, closed_at = snapshot(deal), deal.closed_at
    change = enter_stage(deal, to, actor)
    deal.closed_at = closed_at
    deal.save()
    change.save()
    record(actor, deal, "deal.moved", before=before)
