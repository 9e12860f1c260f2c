"""Setting what is to be sold."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.models import SalesGoal
from leadercrm.core.actions import amend, domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.named_locks import hold_names

MANAGE = "crm.manage_goals"
Whose = tuple[int | None, int | None]
MOST = Decimal(10) ** 16


@domain_action(permission=MANAGE)
def set_goals(goals: dict[tuple[date, Whose], Decimal | None], *, actor: Actor) -> int:
    """Set the goals of months and of (user, team): (None, None) is the company; None takes a goal away.

    Returns how many have changed. A manager sets those of the team, and of those whom they lead.
    """
    hold_names(["sales goals"])
    known = {(goal.month, (goal.user_id, goal.team_id)): goal for goal in SalesGoal.objects.all()}
    changed = 0
    for (month, whose), amount in goals.items():
        goal = known.get((month, whose))
        if amount == (goal.amount if goal else None):
            continue
        actor.require(MANAGE, goal or SalesGoal(user_id=whose[0], team_id=whose[1]))
        _set(goal, month, whose, amount, actor)
        changed += 1
    return changed


def _set(goal: SalesGoal | None, month: date, whose: Whose, amount: Decimal | None, actor: Actor) -> None:
    if amount is not None and not 0 < amount < MOST:
        raise DomainError(_("Must be an amount above 0."), field="amount")
    if goal is not None and amount is not None:
        amend(goal, {"amount": amount}, actor=actor, action="goal.changed")
    elif goal is not None:
        before = snapshot(goal)
        goal.delete()
        record(actor, goal, "goal.deleted", before=before)
    elif amount is not None:
        made = SalesGoal.objects.create(month=month.replace(day=1), user_id=whose[0], team_id=whose[1], amount=amount)
        record(actor, made, "goal.created")
