"""Actions: the only place where business rows are written.

Inside an action: lock → guard → write → record → schedule.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core import journal, keeping, outbox, tally, trial
from leadercrm.core.actor import Actor
from leadercrm.core.api.columns import Param
from leadercrm.core.api.statements import KeptInstance
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.models import AuditEntry

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
Snapshot = dict[str, Any]

after_commit = outbox.after_commit

# permission-qualified name -> action; a parity test walks over it
ACTIONS: dict[str, Callable[..., Any]] = {}


def domain_action(*, permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: one transaction, permission checked, audit and tally written with it.

    The function takes `actor` by keyword. Its first positional argument, if a row, is what the
    permission is checked against.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__.split('.actions')[0]}.{function.__name__}"

        @wraps(function)
        def action(*args: P.args, **kwargs: P.kwargs) -> R:
            actor: Any = kwargs["actor"]
            target = args[0] if args and isinstance(args[0], models.Model) else None
            actor.require_writing()
            actor.require(permission, target)
            with transaction.atomic(), tally.collecting(), journal.acting(name):
                return function(*args, **kwargs)

        action.permission = permission  # type: ignore[attr-defined]
        ACTIONS[name] = action
        return action

    return decorate


def lock(row: M, *, deleted: bool = False) -> M:
    """The row as it is now, locked until the commit. NotFound when it is gone meanwhile.

    With `deleted` it is one in the bin that is asked for, and NotFound means that it has left it.
    """
    locked: M | None = _locking(type(row), deleted)(pk=row.pk)
    if locked is None:
        raise NotFound()
    for model, pk, guard in _guards.get():
        if (model, pk) == (type(locked), locked.pk):
            guard(locked)
    return locked


# What is to be looked at under the lock: (model, primary key, guard).
_guards: ContextVar[tuple[tuple[type[models.Model], Any, Callable[[Any], None]], ...]] = ContextVar(
    "guards", default=()
)


@contextmanager
def guarding(row: M, guard: Callable[[M], None]) -> Iterator[None]:
    """Let `guard` see the row as an action within has locked it, before that writes; it refuses by raising.

    For what only the door knows: the value that somebody had before them when they changed it.
    """
    token = _guards.set((*_guards.get(), (type(row), row.pk, guard)))
    try:
        yield
    finally:
        _guards.reset(token)


@cache
def _locking(model: type[models.Model], deleted: bool) -> KeptInstance:
    def rows() -> models.QuerySet[Any]:
        chosen = model._base_manager.filter(deleted_at__isnull=False) if deleted else model._default_manager.all()
        return chosen.select_for_update(of=("self",)).filter(pk=Param("pk", model._meta.pk))

    return KeptInstance(rows)


def transition(row: models.Model, status: Any, *, field: str = "status", **values: Any) -> None:
    """Move `row` to `status` if the table beside its enum allows it, and set `values` with it.

    The enum has `moves()`: a mapping of each status to those that may follow. Raises a 422 on `field`.
    """
    current = type(status)(getattr(row, field))
    if status not in type(status).moves()[current]:
        raise DomainError(
            _("It is %(current)s and cannot become %(wanted)s.") % {"current": current.label, "wanted": status.label},
            field=field,
            code="illegal_transition",
        )
    assign(row, {field: status, **values})


def assign(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Set and save the attributes that differ; returns their names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return changed


# Kinds of columns that JSON has no type for.
WRITTEN_OUT = (models.DateField, models.DecimalField, models.DurationField)


def snapshot(row: models.Model) -> Snapshot:
    """The row's columns as JSON can hold them."""
    return {
        field.attname: field.value_to_string(row)
        if isinstance(field, WRITTEN_OUT) and getattr(row, field.attname) is not None
        else getattr(row, field.attname)
        for field in row._meta.concrete_fields
    }


@contextmanager
def unique(constraint: str, message: Any, *, field: str) -> Iterator[None]:
    """Refuse, on `field`, what breaks the constraint of this name: somebody else was first, or is at this moment.

    The constraint is the guard, as no look-up beforehand could be. The transaction is over then.
    """
    try:
        yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) == constraint:
            raise DomainError(message, field=field, code="not_unique") from None
        raise


def record(actor: Actor, row: models.Model, action: str, *, before: Snapshot | None = None, **notes: Any) -> None:
    """Write the audit entry of a change, and let the tally of the row's resource follow.

    `before` is the row's snapshot from before the change, None for a new row. Living rows are
    those without `deleted_at`; a row that was removed altogether has no primary key any more.
    """
    after = snapshot(row) if row.pk is not None else {}
    gone = row.pk is None or after.get("deleted_at") is not None
    was_living = before is not None and before.get("deleted_at") is None
    tally.touch(row._meta.label_lower, rows=int(not gone) - int(was_living))
    changes = {**changes_between(row, before or {}, after), **notes}
    entry = entry_of(actor, row, action, before)
    trial.changed(action, entry["object_type"], entry["object_id"], changes)
    keeping.insert(AuditEntry, **entry, changes=json.dumps(changes))


def changes_between(row: models.Model, before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    """The columns of two snapshots that differ, each as [before, after]; without those that the audit leaves out."""
    return {
        name: [before.get(name), after.get(name)]
        for name in {**before, **after}
        if before.get(name) != after.get(name) and name not in getattr(row, "UNAUDITED", ())
    }


def entry_of(actor: Actor, row: models.Model, action: str, before: Snapshot | None = None) -> dict[str, Any]:
    """The columns of an audit entry, but for its changes."""
    return {
        "at": timezone.now(),
        "action": action,
        "object_type": row._meta.label_lower,
        "object_id": row.pk or (before or {})["id"],
        "actor_kind": actor.kind,
        "user_id": actor.user_id,
        "token_id": actor.token_id,
        "via": actor.via,
        "label": actor.label,
        "ip": actor.ip,
        "request_id": actor.request_id,
        "change_set_id": journal.number(),
    }


def amend(row: models.Model, values: Mapping[str, Any], *, actor: Actor, action: str) -> bool:
    """Set, save and record what differs on a row that is locked; whether anything did."""
    before = snapshot(row)
    changed = bool(assign(row, values))
    if changed:
        record(actor, row, action, before=before)
    return changed
