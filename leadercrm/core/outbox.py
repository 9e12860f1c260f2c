"""Work that follows a commit. PostgreSQL is the queue; Celery is the doorbell.

The change, its work row and the row in the index of pending work are one transaction. The message
to Celery says only "look". If it is lost, the sweeper finds the row within half a minute.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from leadercrm.core import ports
from leadercrm.core.models import WorkItem, WorkState

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
# A running row older than this belonged to a worker that died: tasks end after 90 s at most.
LEASE = timedelta(seconds=120)

# name -> (function, whether a second run is harmless)
HANDLERS: dict[str, tuple[Callable[..., None], bool]] = {}


class NothingDone(Exception):
    """An unrepeatable handler has failed before it touched anything outside: it may be tried again."""


class Overtaken(Exception):
    """The lease has run out and another worker has the row: what was done here is rolled back."""


def work_handler(name: str, *, repeatable: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the function that does a kind of work.

    A repeatable handler runs inside the transaction that settles its row: both happen or neither.
    One that is not (it speaks to the outside) has its row committed as running first; when a worker
    dies in between, the row becomes "in doubt" and is shown, never run again blindly.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[name] = (function, repeatable)
        return function

    return register


def after_commit(task: str, *, due_at: datetime | None = None, **arguments: Any) -> WorkItem:
    """Schedule `task` in the running transaction; it is done once that has committed."""
    if task not in HANDLERS:
        raise LookupError(f"no handler for {task}")
    item = WorkItem.objects.create(task=task, arguments=arguments, due_at=due_at or timezone.now())
    ports.announce_work(item.pk, item.due_at)
    return item


def run(work_id: int) -> bool:
    """Carry out one work row of the bound tenant; False when there was nothing to do.

    What fails is tried again, later each time, and is "failed" in the end. Work that is not
    repeatable is tried again only when its handler raises NothingDone; after any other error nobody
    knows what happened outside, and the row is "in doubt".
    """
    item = _claim(work_id)
    if item is None:
        return False
    handler, repeatable = HANDLERS[item.task]
    try:
        with transaction.atomic():
            handler(**item.arguments)
            if repeatable:
                _settle(item, WorkState.DONE)
    except Overtaken:
        logger.warning("work %s (%s) took longer than its lease and is somebody else's", item.pk, item.task)
    except Exception as error:
        logger.exception("work %s (%s) failed", item.pk, item.task)
        if repeatable or isinstance(error, NothingDone):
            _retry_or_fail(item, error)
        else:
            _settle(item, WorkState.IN_DOUBT, error=repr(error))
    else:
        if not repeatable:
            _settle(item, WorkState.DONE)
    return True


@transaction.atomic
def _claim(work_id: int) -> WorkItem | None:
    item = WorkItem.objects.select_for_update(skip_locked=True).filter(pk=work_id).first()
    if item is None or item.due_at > timezone.now():
        return None
    if item.state == WorkState.RUNNING:
        repeatable = HANDLERS[item.task][1]
        if not repeatable:
            _settle(item, WorkState.IN_DOUBT, error="the worker died while it was doing this")
            return None
    elif item.state != WorkState.WAITING:
        ports.settle_work(item.pk)
        return None
    item.state, item.attempts, item.due_at = WorkState.RUNNING, item.attempts + 1, timezone.now() + LEASE
    item.save(update_fields=["state", "attempts", "due_at"])
    ports.announce_work(item.pk, item.due_at)
    return item


def _settle(item: WorkItem, state: WorkState, error: str = "") -> None:
    with transaction.atomic():
        _write(item, state=state, error=error[:2000], finished_at=timezone.now())
        ports.settle_work(item.pk)


def _retry_or_fail(item: WorkItem, error: Exception) -> None:
    if item.attempts >= MAX_ATTEMPTS:
        _settle(item, WorkState.FAILED, error=repr(error))
        return
    due_at = timezone.now() + timedelta(seconds=10 * 4 ** (item.attempts - 1))
    with transaction.atomic():
        _write(item, state=WorkState.WAITING, error=repr(error)[:2000], due_at=due_at)
        ports.announce_work(item.pk, due_at)


def _write(item: WorkItem, **values: Any) -> None:
    """Change the row that this worker has claimed; Overtaken when another has claimed it since."""
    mine = WorkItem.objects.filter(pk=item.pk, state=item.state, attempts=item.attempts)
    if not mine.update(**values):
        raise Overtaken
