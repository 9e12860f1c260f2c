"""Trials: what an action would do, with nothing of it left.

It is carried out in a transaction that is rolled back: numbers, mails, audit and tallies are taken back with it.
What it would have done is gathered meanwhile, as the audit and the work queue would have it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from leadercrm.core import tally


@dataclass
class Effects:
    """What was done on trial: rows that were written, in order, and work that would follow the commit.

    Each is a dict: `changed` and `scheduled` say which keys.
    """

    told: list[dict[str, Any]] = field(default_factory=list)
    # What a rollback does not take back.
    cleanups: list[Callable[[], object]] = field(default_factory=list)


_watched: ContextVar[Effects | None] = ContextVar("trial", default=None)


@contextmanager
def on_trial() -> Iterator[Effects]:
    """Carry out the block and take back what it did. Refusals pass through."""
    effects = Effects()
    reset = _watched.set(effects)
    try:
        with transaction.atomic(), tally.apart():
            yield effects
            transaction.set_rollback(True)
    finally:
        _watched.reset(reset)
        for clean_up in effects.cleanups:
            clean_up()


def afterwards(clean_up: Callable[[], object]) -> None:
    """Have a running trial do this when it is over: remove a file that was written, say. Else nothing happens."""
    effects = _watched.get()
    if effects is not None:
        effects.cleanups.append(clean_up)


def changed(action: str, object_type: str, object_id: int, changes: Mapping[str, Any]) -> None:
    """Tell a running trial of a change: the audit's word for it, the row, and old and new values."""
    effects = _watched.get()
    if effects is not None:
        told = {"action": action, "type": object_type.rpartition(".")[2], "id": object_id, "changes": dict(changes)}
        effects.told.append({"effect": "change", **told})


def scheduled(task: str, about: str | None) -> None:
    """Tell a running trial of work that would be done after the commit: a mail. `about` is `billing.quote/8`."""
    effects = _watched.get()
    if effects is not None:
        kind, _slash, pk = (about or "").rpartition("/")
        subject = {"type": kind.rpartition(".")[2], "id": int(pk)} if kind else {"type": None, "id": None}
        effects.told.append({"effect": "work", "action": task, **subject, "changes": {}})
