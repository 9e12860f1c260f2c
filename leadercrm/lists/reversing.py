"""Taking back what a batch has done to one row, as far as nobody has changed it since.

By which actions a row is removed, restored or put back its app declares (leadercrm.core.reversing). What stays says
why.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from leadercrm.core.actions import snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
from leadercrm.core.reversing import REVERSALS, Reversal
from leadercrm.lists.carrying import refusal_of
from leadercrm.lists.kinds import Kind

Changes = Mapping[str, list[Any]]


def touched_since(kind: Kind, ids: Collection[int], request_id: str) -> set[int]:
    """Those of the rows to which something else was done than in this request."""
    entries = AuditEntry.objects.filter(object_type=kind.model._meta.label_lower, object_id__in=ids)
    return set(entries.exclude(request_id=request_id).values_list("object_id", flat=True))


def in_use(kind: Kind, ids: Collection[int]) -> set[int]:
    """Those of the rows at which living rows point that have come since: notes, documents, deals."""
    used: set[int] = set()
    for key in _references(kind.model):
        if f"{key.model._meta.label}.{key.name}" not in kind.own:
            rows = key.model._default_manager.filter(**{f"{key.attname}__in": ids})
            used.update(rows.values_list(key.attname, flat=True).distinct())
    return used


def _references(model: type[models.Model]) -> Iterable[Any]:
    relations: Iterable[Any] = model._meta.get_fields(include_hidden=True)
    keys = [relation.field for relation in relations if relation.auto_created and not relation.concrete]
    return [key for key in keys if isinstance(key, models.ForeignKey)]


def unmake(kind: Kind, pk: int, actor: Actor) -> str:
    """Remove a row that was made; why it stays, or an empty text."""
    row = kind.model._default_manager.filter(pk=pk).first()
    return _act(_reversal(kind).remove, row, actor) if row is not None else ""


def put_back(kind: Kind, pk: int, changes: Changes, actor: Actor) -> str:
    """Give a row its old values, but for those that were changed since; what stays, or an empty text."""
    row, reversal = kind.model._default_manager.filter(pk=pk).first(), _reversal(kind)
    if row is None:
        return _("It was deleted since.")
    now = snapshot(row)
    stale = [name for name, (_before, after) in changes.items() if now.get(name) != after]
    columns: Mapping[str, Any] = reversal.columns
    values = {name: columns[name].to_python(before) for name, (before, _after) in changes.items() if name not in stale}
    refusal = _act(reversal.put_back, row, actor, values) if values else ""
    called = ", ".join(str(columns[name].verbose_name) for name in stale)
    return refusal or (_("Changed since: %(names)s.") % {"names": called} if stale else "")


def bring_back(kind: Kind, pk: int, actor: Actor) -> str:
    """Restore a row that was deleted; why it stays in the bin, or an empty text."""
    row = kind.model.with_deleted.filter(pk=pk).first()
    if row is None:
        return _("It cannot be restored any more.")
    return _act(_reversal(kind).restore, row, actor) if row.deleted_at is not None else ""


def _reversal(kind: Kind) -> Reversal:
    return REVERSALS[kind.model._meta.label_lower]


def _act(action: Any, row: Any, actor: Actor, *values: Any) -> str:
    """Why an action refused, or an empty text."""
    if action is None:
        return _("It cannot be restored any more.")
    refusal: DomainError | None = refusal_of(lambda: action(row, *values, actor=actor))
    return str(refusal.message) if refusal is not None else ""
