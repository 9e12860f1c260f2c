"""Taking back what an agent did."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.models import JOURNAL_KEPT
from leadercrm.agents.planning import plan_of
from leadercrm.agents.plans import PUT_BACK, REMOVE, RESTORE, Step
from leadercrm.core.actions import amend, domain_action, lock
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.journal import journaled
from leadercrm.core.models import ChangeSet
from leadercrm.core.reversing import REVERSALS


@dataclass(frozen=True)
class Undone:
    """What was taken back, and what stays behind, in the reader's words."""

    change_set: ChangeSet
    done: list[str]
    remains: list[str]


class TooOld(DomainError):
    """Further back than the journal goes."""

    code = "too_old"
    hint = _("Correct by hand what is wrong: the audit log still has the values from before.")

    def __init__(self) -> None:
        days = {"days": JOURNAL_KEPT.days}
        super().__init__(
            _("This is too old to be undone: what agents did is kept for %(days)s days.") % days, field="at"
        )


def refuse_forgotten(pk: int) -> None:
    """Raise TooOld for the number of a change-set that is kept no more; the latest one always is."""
    oldest = ChangeSet.objects.order_by("pk").values_list("pk", flat=True).first()
    if oldest is not None and 0 < pk < oldest:
        raise TooOld()


@domain_action(permission="agents.undo")
def undo_change_set(change_set: ChangeSet, *, actor: Actor) -> Undone:
    """Take a change-set back, all of it and once, by the actions of what it changed.

    For the user that it was done for, and administrators. What their agent was allowed to do they may take back,
    whether or not their role deletes or restores such rows. Refuses, naming each, what something newer stands against
    and what nobody can take back. It is recorded as a change-set of its own, which is not undone again.
    """
    with journaled(actor, "undo", {"id": change_set.pk}) as watch:
        change_set = lock(change_set)
        _refuse(change_set, actor)
        plan = plan_of(change_set, locking=True)
        plan.refuse()
        watch.kept["undoes_id"] = change_set.pk
        done = [step.text for step in plan.steps]
        for step in plan.steps:
            _take_back(step, replace(actor, takes_back=True))
        values = {"undone_at": timezone.now(), "undone_by_id": actor.user_id}
        amend(change_set, values, actor=actor, action="changeset.undone")
        return Undone(change_set, done, plan.remains)


def _refuse(change_set: ChangeSet, actor: Actor) -> None:
    if actor.kind == "user" and actor.role != Role.ADMIN and change_set.user_id != actor.user_id:
        raise NotFound()
    if change_set.undone_at is not None:
        raise DomainError(_("This has been undone already."), field="undone_at", code="already_undone")
    if change_set.undoes_id is not None:
        raise DomainError(
            _("This is an undo itself."),
            field="undoes_id",
            code="is_undo",
            hint=_("Do again what is wanted: an undo is not undone."),
        )
    if change_set.at < timezone.now() - JOURNAL_KEPT:
        raise TooOld()


def _take_back(step: Step, actor: Actor) -> None:
    reversal = REVERSALS[step.key[0]]
    acts: dict[str, Any] = {REMOVE: reversal.remove, RESTORE: reversal.restore}
    if step.kind == PUT_BACK:
        _needed(reversal.put_back)(step.row, step.values, actor=actor)
    elif step.kind in acts:
        _needed(acts[step.kind])(step.row, actor=actor)
    elif step.entry is not None:
        reversal.special[step.entry.action.rpartition(".")[2]](step.row, step.entry, actor=actor)


def _needed(act: Callable[..., Any] | None) -> Callable[..., Any]:
    assert act is not None  # noqa: S101 - a plan has no step without its action
    return act
