"""Work that follows a commit. PostgreSQL is the queue; Celery is the doorbell.

The change, its work row and the row in the index of pending work are one transaction. The message
to Celery says only "look". If it is lost, the sweeper finds the row within half a minute.
"""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from leadercrm.core import journal, ports, trial
from leadercrm.core.models import IN_TROUBLE, TROUBLED, WorkItem, WorkState

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 6
# A running row older than this belonged to a worker that died: tasks end after 90 s at most.
LEASE = timedelta(seconds=120)
MOST_OF_AN_ERROR = 2000

# name -> (function, whether a second run is harmless)
HANDLERS: dict[str, tuple[Callable[..., None], bool]] = {}
# name -> who is told of work of this kind that has failed or is in doubt
LISTENERS: dict[str, Callable[[WorkItem], None]] = {}


class NothingDone(Exception):
    """An unrepeatable handler has failed before it touched anything outside: it may be tried again."""


class Hopeless(NothingDone):
    """Nothing was done, and another attempt would not change that: the row is "failed" at once."""


class Overtaken(Exception):
    """The lease has run out and another worker has the row: what was done here is rolled back."""


def work_handler(name: str, *, repeatable: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register the function that does a kind of work.

    A repeatable handler runs inside the transaction that settles its row: both happen or neither.
    One that is not (it speaks to the outside) has its row committed as running first, and no
    transaction of its own that would stand open while somebody else's server thinks; when a worker
    dies in between, the row becomes "in doubt" and is shown, never run again blindly.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        HANDLERS[name] = (function, repeatable)
        return function

    return register


def on_trouble(*names: str) -> Callable[[Callable[[WorkItem], None]], Callable[[WorkItem], None]]:
    """Register the function that is told of these kinds of work, in the transaction that says "failed" or "in doubt".

    An error in it is logged, and takes back nothing but its own doing.
    """

    def register(function: Callable[[WorkItem], None]) -> Callable[[WorkItem], None]:
        LISTENERS.update(dict.fromkeys(names, function))
        return function

    return register


def after_commit(
    task: str, *, due_at: datetime | None = None, about: models.Model | None = None, **arguments: Any
) -> WorkItem:
    """Schedule `task` in the running transaction; it is done once that has committed.

    `about` is the row that its trouble would be shown with (`troubled`).
    """
    if task not in HANDLERS:
        raise LookupError(f"no handler for {task}")
    item = WorkItem.objects.create(
        task=task, arguments=arguments, due_at=due_at or timezone.now(), about=subject_of(about) if about else None
    )
    ports.announce_work(item.pk, item.due_at)
    trial.scheduled(task, item.about)
    journal.note_work(item)
    return item


def run(work_id: int) -> bool:
    """Carry out one work row of the bound tenant; False when there was nothing to do.

    What fails is tried again, later each time, and is "failed" in the end. Work that is not
    repeatable is tried again only when its handler raises NothingDone, and never after Hopeless; after
    any other error nobody knows what happened outside, and the row is "in doubt".
    """
    item = _claim(work_id)
    if item is None:
        return False
    handler, repeatable = HANDLERS[item.task]
    try:
        with transaction.atomic() if repeatable else nullcontext(None):
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
        ports.settle_work(item.pk, item.state if item.state in TROUBLED else None)
        return None
    item.state, item.attempts, item.due_at = WorkState.RUNNING, item.attempts + 1, timezone.now() + LEASE
    item.save(update_fields=["state", "attempts", "due_at"])
    ports.announce_work(item.pk, item.due_at)
    return item


def _settle(item: WorkItem, state: WorkState, error: str = "") -> None:
    trouble = state if state in TROUBLED else None
    with transaction.atomic():
        _write(item, state=state, error=error[:MOST_OF_AN_ERROR], finished_at=timezone.now())
        ports.settle_work(item.pk, trouble)
        if trouble:
            _tell(item)


def _tell(item: WorkItem) -> None:
    listener = LISTENERS.get(item.task)
    if listener is None:
        return
    try:
        with transaction.atomic():
            listener(item)
    except Exception:
        logger.exception("nobody could be told of the trouble with work %s (%s)", item.pk, item.task)


def _retry_or_fail(item: WorkItem, error: Exception) -> None:
    reason = str(error) if isinstance(error, NothingDone) else repr(error)
    if item.attempts >= MAX_ATTEMPTS or isinstance(error, Hopeless):
        _settle(item, WorkState.FAILED, error=reason)
        return
    due_at = timezone.now() + timedelta(seconds=10 * 4 ** (item.attempts - 1))
    with transaction.atomic():
        _write(item, state=WorkState.WAITING, error=reason[:MOST_OF_AN_ERROR], due_at=due_at)
        ports.announce_work(item.pk, due_at)


def _write(item: WorkItem, **values: Any) -> None:
    """Change the row that this worker has claimed; Overtaken when another has claimed it since."""
    mine = WorkItem.objects.filter(pk=item.pk, state=item.state, attempts=item.attempts)
    if not mine.update(**values):
        raise Overtaken
    for name, value in values.items():
        setattr(item, name, value)


# --- What people do about trouble, and what is learned later. In an action, on a row that it has locked.


def subject_of(row: models.Model) -> str:
    """What WorkItem.about calls a row: `billing.quote/8`."""
    return f"{row._meta.label_lower}/{row.pk}"


def troubled(row: models.Model, *tasks: str) -> list[WorkItem]:
    """The work about a row that has failed or is in doubt, locked; of these kinds only, if any are named."""
    # Not as an IN: the index says it like this.
    found = WorkItem.objects.filter(IN_TROUBLE, about=subject_of(row)).select_for_update()
    return [item for item in found.order_by("pk") if not tasks or item.task in tasks]


def repeat(item: WorkItem) -> None:
    """Have troubled work done once more, exactly as it was meant: whoever asks for this knows that it may be twice."""
    now = timezone.now()
    _write(item, state=WorkState.WAITING, attempts=0, error="", due_at=now, finished_at=None)
    ports.announce_work(item.pk, now)


def call_done(item: WorkItem) -> None:
    """Troubled work has been done after all, or need not be done any more."""
    _write(item, state=WorkState.DONE, finished_at=timezone.now())
    ports.settle_work(item.pk, None)


def call_failed(item: WorkItem, reason: str) -> None:
    """Work that was done, or is in doubt, has failed after all: a mail came back. Who is to know is told."""
    _settle(item, WorkState.FAILED, error=reason)
