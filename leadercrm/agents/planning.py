"""What it takes to take a change-set back, and what stands against it: read, and nothing done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leadercrm.agents.plans import PUT_BACK, REMOVE, RESTORE, SPECIAL, Key, Obstacle, Plan, Step, named
from leadercrm.core.admin_kit import told
from leadercrm.core.models import AuditEntry, ChangeSet
from leadercrm.core.reversing import REVERSALS, Reversal, hanging
from leadercrm.core.templatetags.admin_kit import who

# The mails that only colleagues get.
NOTICE = "notifications.send_mail"
# Of the entries about a row so many newer ones are looked through.
MOST_NEWER = 100


def plan_of(change_set: ChangeSet, *, locking: bool = False) -> Plan:
    """How a change-set would be taken back now. With `locking` its rows are held until the commit."""
    by_row: dict[Key, list[AuditEntry]] = {}
    for entry in change_set.entries.order_by("pk"):
        if entry.object_type != ChangeSet._meta.label_lower:
            by_row.setdefault((entry.object_type, entry.object_id), []).append(entry)
    rows = _rows(by_row, locking)
    plan = Plan()
    latest_first = sorted(by_row, key=lambda key: by_row[key][-1].pk, reverse=True)
    for key in latest_first:
        _consider(plan, key, by_row[key], rows.get(key))
    for step in plan.steps:
        _look_around(plan, step, set(by_row))
    if NOTICE in change_set.scheduled:
        plan.remains.append(_("Colleagues who were told of it by mail have that mail."))
    return plan


def _rows(keys: Iterable[Key], locking: bool) -> dict[Key, Any]:
    """The rows, deleted ones too, in the order in which everybody takes their locks."""
    found: dict[Key, Any] = {}
    for label, reversal in REVERSALS.items():
        ids = [pk for kind, pk in keys if kind == label]
        if ids:
            rows = reversal.model._base_manager.filter(pk__in=ids).order_by("pk")
            found |= {(label, row.pk): row for row in (rows.select_for_update(of=("self",)) if locking else rows)}
    return found


def _consider(plan: Plan, key: Key, entries: list[AuditEntry], row: Any) -> None:
    """Add the step that takes one row back, or what stands against it."""
    reversal = REVERSALS.get(key[0])
    if reversal is None:
        plan.finals.append(Obstacle(key, _("%(kind)s: there is no way back for it.") % {"kind": told.kind(key[0])}))
        return
    entries = [entry for entry in entries if not reversal.follows_from(entry)]
    if not entries or _is_final(plan, key, entries, reversal, row):
        return
    special = next((entry for entry in entries if _word(entry) in reversal.special), None)
    if special is not None:
        plan.steps.append(Step(key, row, SPECIAL, entry=special))
    elif entries[0].changes.get("id", [0])[0] is None:
        _remove(plan, key, entries, row, reversal)
    elif row is None:
        plan.finals.append(Obstacle(key, _("%(kind)s: it was removed for good.") % {"kind": told.kind(key[0])}))
    else:
        _change(plan, key, entries, row, reversal)


def _is_final(plan: Plan, key: Key, entries: list[AuditEntry], reversal: Reversal, row: Any) -> bool:
    reasons = [(entry, reversal.final[_word(entry)]) for entry in entries if _word(entry) in reversal.final]
    for entry, reason in reasons:
        text = _("%(row)s: %(reason)s") % {"row": named(key, row), "reason": reason}
        plan.finals.append(Obstacle(key, text, by=who(entry), at=entry.at))
    return bool(reasons)


def _remove(plan: Plan, key: Key, entries: list[AuditEntry], row: Any, reversal: Reversal) -> None:
    """A row that is new: it goes, unless somebody has done something with it since. Gone already is as well."""
    if row is None or getattr(row, "deleted_at", None) is not None:
        return
    if reversal.remove is None:
        plan.finals.append(Obstacle(key, _("%(row)s: it cannot be removed.") % {"row": named(key, row)}))
        return
    plan.steps.append(Step(key, row, REMOVE))
    for entry in _newer(key, entries):
        words = {"row": named(key, row), "deed": told.deed(entry.action), "by": who(entry), "at": _when(entry.at)}
        text = _("%(row)s: %(deed)s since, by %(by)s on %(at)s.") % words
        plan.conflicts.append(Obstacle(key, text, by=who(entry), at=entry.at))


def _change(plan: Plan, key: Key, entries: list[AuditEntry], row: Any, reversal: Reversal) -> None:
    net = _net(entries)
    was, became = net.pop("deleted_at", (None, None))
    if was != became:
        return _back_from_bin(plan, key, entries, row, reversal, became)
    values = {}
    for name, (old, new) in net.items():
        if name in reversal.derived or (name not in reversal.columns and name not in reversal.notes):
            continue
        if _holds(row, reversal, name, old):
            continue
        values[name] = _value(reversal, name, old)
        if not _holds(row, reversal, name, new):
            plan.conflicts.append(_changed_since(key, entries, row, name))
    if values and reversal.put_back is None:
        plan.finals.append(Obstacle(key, _("%(row)s: its values cannot be put back.") % {"row": named(key, row)}))
    elif values:
        plan.steps.append(Step(key, row, PUT_BACK, values))
    return None


def _back_from_bin(plan: Plan, key: Key, entries: list[AuditEntry], row: Any, reversal: Reversal, became: Any) -> None:
    """A row that was deleted comes back, one that was restored goes again; who was quicker has done it already."""
    kind, act = (RESTORE, reversal.restore) if became is not None else (REMOVE, reversal.remove)
    if (row.deleted_at is None) == (became is not None):
        return
    if act is None:
        plan.finals.append(Obstacle(key, _("%(row)s: it cannot be restored.") % {"row": named(key, row)}))
    elif became is not None and not _holds(row, reversal, "deleted_at", became):
        plan.conflicts.append(_changed_since(key, entries, row, "deleted_at"))
    else:
        plan.steps.append(Step(key, row, kind))


def _look_around(plan: Plan, step: Step, own: set[Key]) -> None:
    """Of a row that is to go: what somebody else has hung on it, and what stays behind."""
    if step.kind != REMOVE:
        return
    for other in hanging(step.row):
        key = (other._meta.label_lower, other.pk)
        if key not in own:
            words = {"row": named(step.key, step.row), "other": named(key, other)}
            plan.conflicts.append(Obstacle(step.key, _("%(row)s: %(other)s belongs to it.") % words))
    remains = REVERSALS[step.key[0]].remains
    if remains is not None:
        plan.remains.append(str(remains(step.row)))


def _net(entries: Iterable[AuditEntry]) -> dict[str, tuple[Any, Any]]:
    """What each column was before the first of the entries, and is after the last."""
    net: dict[str, tuple[Any, Any]] = {}
    for entry in entries:
        for name, change in entry.changes.items():
            if isinstance(change, list) and len(change) == 2:
                net[name] = (net.get(name, change)[0], change[1])
    return net


def _value(reversal: Reversal, name: str, kept: Any) -> Any:
    """What the audit has kept, as the model holds it."""
    column = reversal.columns.get(name)
    return kept if column is None else column.to_python(kept)


def _holds(row: Any, reversal: Reversal, name: str, kept: Any) -> bool:
    """Whether a row's column, or what is noted beside it, has this value now."""
    if name in reversal.notes:
        return reversal.notes[name](row, kept)
    return bool(getattr(row, name) == _value(reversal, name, kept))


def _newer(key: Key, entries: list[AuditEntry]) -> list[AuditEntry]:
    """What others have done to the row since, but for what was taken back and the taking back itself."""
    about = AuditEntry.objects.filter(object_type=key[0], object_id=key[1], pk__gt=entries[-1].pk)
    others = about.exclude(change_set_id=entries[-1].change_set_id, change_set__isnull=False)
    found = others.select_related("user", "change_set").order_by("-pk")[:MOST_NEWER]
    return [entry for entry in found if not _is_settled(entry.change_set)]


def _is_settled(change_set: ChangeSet | None) -> bool:
    return change_set is not None and (change_set.undone_at is not None or change_set.undoes_id is not None)


def _changed_since(key: Key, entries: list[AuditEntry], row: Any, name: str) -> Obstacle:
    by, at = "", None
    for entry in _newer(key, entries):
        if name in entry.changes:
            by, at = who(entry), entry.at
            break
    words = {"row": named(key, row), "column": told.column(key[0], name), "by": by, "at": _when(at)}
    known = _("%(row)s, %(column)s: changed since, by %(by)s on %(at)s.") % words
    return Obstacle(key, known if at else _("%(row)s, %(column)s: changed since.") % words, name, by, at)


def _word(entry: AuditEntry) -> str:
    return entry.action.rpartition(".")[2]


def _when(at: datetime | None) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
