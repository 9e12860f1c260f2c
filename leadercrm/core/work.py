"""What people do about work that has failed, or of which nobody knows whether it was done."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from leadercrm.core import outbox
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import TROUBLED, WorkItem


@domain_action(permission="core.settle_work")
def repeat_work(item: WorkItem, *, actor: Actor) -> WorkItem:
    """Have troubled work done once more. A mail has its Message-ID again, by which mailboxes know a second copy."""
    return _settled(item, outbox.repeat, "work.repeated", actor)


@domain_action(permission="core.settle_work")
def confirm_work(item: WorkItem, *, actor: Actor) -> WorkItem:
    """Say that troubled work has been done after all, or that it need not be."""
    return _settled(item, outbox.call_done, "work.confirmed", actor)


def _settled(item: WorkItem, settle: Callable[[WorkItem], None], action: str, actor: Actor) -> WorkItem:
    item = lock(item)
    if item.state not in TROUBLED:
        raise DomainError(_("It is neither in doubt nor has it failed."), field="state", code="illegal_transition")
    before = snapshot(item)
    settle(item)
    record(actor, item, action, before=before)
    return item
