"""What one call does as a whole: the audit entries that it leaves, the work that it schedules, the actions it took.

Whatever runs inside a watch writes its audit entries with the watch's number. An agent's call is kept under that
number as a change-set (`journaled`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.models import AuditEntry, ChangeSet, WorkItem

NEXT_NUMBER = "SELECT nextval(pg_get_serial_sequence('core_changeset', 'id'))"


@dataclass
class Watch:
    """What has been done since it was opened.

    `kept` are columns of the change-set that become known on the way, `kept_as` says whether there is one now.
    """

    number: int | None = None
    acts: list[str] = field(default_factory=list)
    work: list[int] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    depth: int = 0
    kept_as: bool = False

    def entries(self) -> list[AuditEntry]:
        """The entries that are there, the earliest first: what a savepoint took back is not among them."""
        if self.number is None:
            return []
        return list(AuditEntry.objects.filter(change_set_id=self.number).order_by("pk"))

    def scheduled(self) -> list[WorkItem]:
        """The work that is to follow."""
        return list(WorkItem.objects.filter(pk__in=self.work).order_by("pk")) if self.work else []


_open: ContextVar[Watch | None] = ContextVar("open_watch", default=None)


def number() -> int | None:
    """The number that an audit entry is to bear now, if any. The first one asks for it."""
    watch = _open.get()
    if watch is None:
        return None
    if watch.number is None:
        with connection.cursor() as cursor:
            cursor.execute(NEXT_NUMBER)
            watch.number = cursor.fetchone()[0]
    return watch.number


def note_work(item: WorkItem) -> None:
    """Note that work was scheduled."""
    watch = _open.get()
    if watch is not None:
        watch.work.append(item.pk)


@contextmanager
def acting(name: str) -> Iterator[None]:
    """Note the action that a call takes; those that it calls in turn are parts of it."""
    watch = _open.get()
    if watch is None:
        yield
        return
    if not watch.depth:
        watch.acts.append(name)
    watch.depth += 1
    try:
        yield
    finally:
        watch.depth -= 1


@contextmanager
def watched() -> Iterator[Watch]:
    """Look at what is done inside, apart from whatever is being watched outside."""
    watch = Watch()
    reset = _open.set(watch)
    try:
        yield watch
    finally:
        _open.reset(reset)


@contextmanager
def journaled(actor: Actor, tool: str, arguments: dict[str, Any], **columns: Any) -> Iterator[Watch]:
    """Keep what is done inside as one change-set, in one transaction; nothing is kept of a call that changes nothing.

    Inside another one it is a part of that.
    """
    outer = _open.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic(), watched() as watch:
        yield watch
        if watch.entries():
            _keep(watch, actor, tool=tool, arguments=arguments, **{"agent": actor.label, **columns})


def _keep(watch: Watch, actor: Actor, **columns: Any) -> None:
    """Write the change-set under the number that its entries bear."""
    whose = {"user_id": actor.user_id, "token_id": actor.token_id, "client": actor.label, "via": actor.via}
    where = {"ip": actor.ip, "request_id": actor.request_id}
    scheduled = [item.task for item in watch.scheduled()]
    watch.kept_as = True
    change_set = ChangeSet(**{"id": watch.number, **whose, **where, "scheduled": scheduled, **columns, **watch.kept})
    with tally.collecting():
        change_set.save(force_insert=True)
        tally.touch(ChangeSet._meta.label_lower, rows=1)
