"""What agents did and asked is forgotten when nobody is to undo or to decide it any more."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from leadercrm.agents.models import APPROVALS_KEPT, JOURNAL_KEPT, Approval, ApprovalState
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.models import AuditEntry, ChangeSet

AT_ONCE = 1000


@housekeeping
def forget_old_calls() -> int:
    """Remove old calls, and old questions that are decided or have expired; returns how many of both."""
    return _forget_change_sets() + _forget_approvals()


@transaction.atomic
def _forget_change_sets() -> int:
    """The audit stays, with the agent's name; only what bound its entries to one call goes.

    The latest one stays, however old, so that a number that was given can be told from one that was not.
    """
    latest = ChangeSet.objects.aggregate(pk=Max("pk"))["pk"]
    old = ChangeSet.objects.filter(at__lt=timezone.now() - JOURNAL_KEPT).exclude(pk=latest).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    AuditEntry.objects.filter(change_set__in=ids).update(change_set=None)
    ChangeSet.objects.filter(pk__in=ids).delete()
    return len(ids)


def _forget_approvals() -> int:
    """What waits is never removed: it expires first."""
    before = timezone.now() - APPROVALS_KEPT
    decided = ~Q(state=ApprovalState.WAITING) & Q(decided_at__lt=before)
    expired = Q(state=ApprovalState.WAITING, expires_at__lt=before)
    ids = list(Approval.objects.filter(decided | expired).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    Approval.objects.filter(pk__in=ids).delete()
    return len(ids)
