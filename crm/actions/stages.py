"""What entering a stage does to a deal: the one place where a deal is opened, won or lost."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Deal, Stage, StageChange, StageType
from leadercrm.core.actor import Actor, Role
from leadercrm.core.api.statements import KeptQuery
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

OUTCOMES: dict[str, tuple[NotificationType, Any, Any]] = {
    StageType.WON: (NotificationType.DEAL_WON, _("Deal won"), _("The deal '%(name)s' was marked as won.")),
    StageType.LOST: (NotificationType.DEAL_LOST, _("Deal lost"), _("The deal '%(name)s' was marked as lost.")),
}


def enter_stage(
    deal: Deal, stage: Stage, actor: Actor, *, probability: int | None = None, lost_reason: str | None = None
) -> StageChange:
    """Set on `deal` all that follows from standing in `stage`; returns the move, to be saved after it.

    Going from won to lost, or the other way, closes it anew; going back to an open stage opens it.
    """
    now = timezone.now()
    change = StageChange(
        deal=deal,
        from_stage_id=deal.stage_id if deal.pk else None,
        to_stage=stage,
        user_id=actor.user_id,
        at=now,
        stayed=now - deal.stage_entered_at if deal.pk else None,
    )
    deal.stage, deal.pipeline_id, deal.stage_entered_at = stage, stage.pipeline_id, now
    deal.probability = stage.default_probability if probability is None else probability
    deal.closed_at = None if stage.type == StageType.OPEN else now
    if stage.type != StageType.LOST:
        deal.lost_reason = None
    elif lost_reason is not None:
        deal.lost_reason = lost_reason
    return change


def announce_outcome(deal: Deal, stage: Stage, actor: Actor) -> None:
    """Tell the owner and the administrators of a deal that has just been won or lost.

    Who did it knows already, and is told only if there is nobody else (contract, section 4).
    """
    if stage.type not in OUTCOMES:
        return
    kind, title, body = OUTCOMES[stage.type]
    concerned = {deal.owner_id, *(pk for (pk,) in _administrators())} - {None}
    recipients = concerned - {actor.user_id} or concerned
    notify(recipients, kind, title=title, body=body, values={"name": deal.name}, url=f"/deals/{deal.pk}")


def _active_administrators() -> QuerySet[Any, tuple[Any, ...]]:
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    return users.filter(role=Role.ADMIN, is_active=True).order_by("pk").values_list("pk")


_administrators = KeptQuery(_active_administrators)
