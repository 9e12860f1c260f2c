"""What every tenant has done to it once an hour: things whose time has passed are removed."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from leadercrm.core.api.idempotency import KEPT
from leadercrm.core.clock import tenant_today
from leadercrm.core.models import IdempotencyKey, TokenUse, WorkItem, WorkState

WORK_KEPT = timedelta(days=30)
USE_KEPT = timedelta(days=30)

# Each removes a bounded number of rows; the rest waits for the next hour.
DUTIES: list[Callable[[], object]] = []


def housekeeping(duty: Callable[[], object]) -> Callable[[], object]:
    """Register a duty: a function without arguments that runs in each tenant's binding."""
    DUTIES.append(duty)
    return duty


def keep_house() -> None:
    """Do all duties in the bound tenant."""
    for duty in DUTIES:
        duty()


@housekeeping
def forget_idempotency_keys() -> int:
    """Answers are replayed for 24 hours."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]


@housekeeping
def forget_finished_work() -> int:
    """Done work is kept for a month, for whoever asks what was sent; what failed or is in doubt stays."""
    done = WorkItem.objects.filter(state=WorkState.DONE, finished_at__lt=timezone.now() - WORK_KEPT)
    return done.delete()[0]


@housekeeping
def forget_use_of_tokens() -> int:
    """What a token sent and moved on a day counts that day, and is kept for a month for whoever asks."""
    return TokenUse.objects.filter(day__lt=tenant_today() - USE_KEPT).delete()[0]
