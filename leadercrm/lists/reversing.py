"""Taking back what was done to one row, as far as nobody has changed it since. The one place that knows how.

A row that was made is deleted, one that was changed gets its old values where the new ones still stand, one that was
deleted is restored: by the actions that everybody uses. What stays says why.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from leadercrm.core.actions import snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
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
    """Delete a row that was made; why it stays, or an empty text."""
    row = kind.model._default_manager.filter(pk=pk).first()
    if row is None:
        return ""
    return _said(refusal_of(lambda: kind.delete(row, actor=actor)))


def put_back(kind: Kind, pk: int, changes: Changes, actor: Actor) -> str:
    """Give a row its old values, but for those that were changed since; what stays, or an empty text."""
    row = kind.model._default_manager.filter(pk=pk).first()
    if row is None:
        return _("It was deleted since.")
    now = snapshot(row)
    stale = [name for name, (_before, after) in changes.items() if now.get(name) != after]
    fields = {field.attname: field for field in row._meta.concrete_fields}
    values = {
        name: _former(fields[name], before, after) for name, (before, after) in changes.items() if name not in stale
    }
    refusal = refusal_of(lambda: kind.change(row, values, actor=actor)) if values else None
    if refusal is not None:
        return _said(refusal)
    called = ", ".join(str(fields[name].verbose_name) for name in stale)
    return _("Changed since: %(names)s.") % {"names": called} if stale else ""


def _former(field: Any, before: Any, after: Any) -> Any:
    """The old value as an action takes it. Of keys and values, those that are new are taken away."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {**{key: None for key in after if key not in before}, **before}
    return field.to_python(before)


def bring_back(kind: Kind, pk: int, actor: Actor) -> str:
    """Restore a row that was deleted; why it stays in the bin, or an empty text."""
    row = kind.bin.instance(pk, actor) if kind.bin is not None else None
    if row is None or kind.restore is None:
        there = kind.model._default_manager.filter(pk=pk).exists()
        return "" if there else _("It cannot be restored any more.")
    restore = kind.restore
    return _said(refusal_of(lambda: restore(row, actor=actor)))


def _said(refusal: DomainError | None) -> str:
    return str(refusal.message) if refusal is not None else ""
