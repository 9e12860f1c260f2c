"""What a call does, as it can be shown and compared: rows before and after, what is mailed to whom, and the amount."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.dateparse import parse_datetime

from leadercrm.core.api.responses import json_bytes
from leadercrm.core.journal import Watch
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.reversing import REVERSALS
from leadercrm.core.worth import Worth, recipient_of, worth_of

# The clock of the database and ours may differ a little.
SLACK = timedelta(seconds=2)
NOW = "(now)"
# What is given at the moment at which a row is made.
GIVEN = ("number", "created_at")


@dataclass(frozen=True)
class Effect:
    """`told` is what people see of it, as JSON; `digest` tells two effects apart. `worths` are those of its rows."""

    told: dict[str, Any]
    digest: str
    worths: list[Worth]
    acts: list[str]
    moves_stage: bool

    @property
    def is_nothing(self) -> bool:
        return not self.told["changes"] and not self.told["mails"]

    def amount(self, currency: str) -> tuple[Decimal, bool]:
        """The largest amount that it is about, in the tenant's currency, and whether there is one of no known rate."""
        own = [worth.in_currency(currency) for worth in self.worths]
        return max([amount for amount in own if amount is not None], default=Decimal(0)), None in own


def effect_of(watch: Watch, since: datetime, until: datetime) -> Effect:
    """What was done under a watch between two moments; in the transaction that did it."""
    entries, items = watch.entries(), watch.scheduled()
    rows = _rows(entries)
    told = {"changes": [_told(entry, rows) for entry in entries], "mails": [_mail(item) for item in items]}
    shapes = _Shapes(entries, since - SLACK, until + SLACK)
    shape = [*(shapes.of(entry) for entry in entries), *(shapes.of_work(item) for item in items)]
    return Effect(
        told,
        hashlib.sha256(json_bytes(shape)).hexdigest(),
        [worth for row in _leading(entries, rows) if (worth := worth_of(row)) is not None],
        watch.acts,
        any(entry.object_type == "crm.deal" and _moves(entry) for entry in entries),
    )


def _moves(entry: AuditEntry) -> bool:
    change = entry.changes.get("stage_id")
    return isinstance(change, list) and change[0] is not None


def _rows(entries: Iterable[AuditEntry]) -> dict[tuple[str, int], models.Model]:
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.object_type, set()).add(entry.object_id)
    found: dict[tuple[str, int], models.Model] = {}
    for label, ids in wanted.items():
        rows = apps.get_model(label)._base_manager.filter(pk__in=ids)
        found |= {(label, row.pk): row for row in rows}
    return found


def _leading(entries: Iterable[AuditEntry], rows: Mapping[tuple[str, int], models.Model]) -> list[models.Model]:
    """The rows that a call is about: not those that only follow, as an invoice follows its payments."""
    kept: dict[tuple[str, int], None] = {}
    for entry in entries:
        reversal = REVERSALS.get(entry.object_type)
        if reversal is None or not reversal.follows_from(entry):
            kept[entry.object_type, entry.object_id] = None
    return [rows[key] for key in kept if key in rows]


def _told(entry: AuditEntry, rows: Mapping[tuple[str, int], models.Model]) -> dict[str, Any]:
    row = rows.get((entry.object_type, entry.object_id))
    return {
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "title": str(row)[:120] if row is not None else "",
        "changes": entry.changes,
    }


def _mail(item: WorkItem) -> dict[str, Any]:
    """What follows the commit: the task, what it is about, and who gets it."""
    label, _slash, pk = (item.about or "").partition("/")
    row = apps.get_model(label)._base_manager.filter(pk=int(pk)).first() if pk else None
    title, to = (str(row), recipient_of(row)) if row is not None else ("", "")
    return {"task": item.task, "about": title, "to": to, "title": item.arguments.get("title", "")}


class _Shapes:
    """Entries and work without what differs each time: ids of new rows, their numbers, and the moment itself."""

    def __init__(self, entries: Iterable[AuditEntry], since: datetime, until: datetime) -> None:
        self.since, self.until = since, until
        new = [entry for entry in entries if entry.changes.get("id", [0])[0] is None]
        self.new = {(entry.object_type, entry.object_id): f"(new {at})" for at, entry in enumerate(new)}

    def of(self, entry: AuditEntry) -> list[Any]:
        key = (entry.object_type, entry.object_id)
        fields = {each.attname: each for each in apps.get_model(key[0])._meta.concrete_fields}
        left_out = ("id", *GIVEN) if key in self.new else ()
        changes = {
            name: self._value(fields.get(name), change)
            for name, change in sorted(entry.changes.items())
            if name not in left_out
        }
        return [entry.action, key[0], self.new.get(key, key[1]), changes]

    def of_work(self, item: WorkItem) -> list[Any]:
        label, _slash, pk = (item.about or "").partition("/")
        about = self.new.get((label, int(pk)), item.about) if pk else None
        return [item.task, about, _mail(item)["to"]]

    def _value(self, column: Any, change: Any) -> Any:
        if not isinstance(change, list) or column is None:
            return change
        return [self._plain(column, value) for value in change]

    def _plain(self, column: Any, value: Any) -> Any:
        if isinstance(column, models.DateTimeField) and isinstance(value, str):
            at = parse_datetime(value)
            return NOW if at is not None and self.since <= at <= self.until else value
        related = column.related_model
        if isinstance(related, type) and issubclass(related, models.Model):
            return self.new.get((related._meta.label_lower, value), value)
        return value
