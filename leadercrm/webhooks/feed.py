"""The changes of an account in the order of their time, as the audit holds them: for programs that keep a copy.

A cursor is the moment and the id of the last change that was read. Transactions that began earlier may commit later:
what is younger than the oldest one that still writes is kept back, so that no cursor goes past a change unseen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.responses import timestamp
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError

# The records that everybody who sees all of them may follow, by the audit's names.
RESOURCES = {
    **{f"crm.{name}": name for name in ("contact", "company", "note", "deal", "activity", "pipeline", "stage")},
    **{f"billing.{name}": name for name in ("product", "quote", "invoice", "contract", "payment")},
    "billing.recurringinvoice": "recurring_invoice",
    **{f"marketing.{name}": name for name in ("segment", "campaign", "form")},
    "marketing.formsubmission": "submission",
    **{f"events.{name}": name for name in ("event", "attendee")},
}
CURSOR = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)
# Clocks of servers differ a little, and a moment is taken just before its row is written.
MARGIN = timedelta(seconds=2)
SETTLED = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""
READ = """
    SELECT id, at, action, object_type, object_id, changes::text, user_id, via, label
      FROM core_auditentry
     WHERE (at, id) > (%s, %s) AND at < %s AND (%s::text[] IS NULL OR object_type = ANY(%s))
     ORDER BY at, id LIMIT %s
"""


@dataclass(frozen=True, order=True)
class Position:
    """How far somebody has read."""

    at: datetime
    entry_id: int

    @classmethod
    def of(cls, cursor: str) -> "Position":
        """The position that a cursor names; the beginning for none. Raises DomainError on `cursor`."""
        if not cursor:
            return cls(datetime(1970, 1, 1, tzinfo=UTC), 0)
        found = CURSOR.fullmatch(cursor)
        try:
            if found:
                return cls(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(found[1])), int(found[2]))
        except OverflowError:
            pass
        raise DomainError(_("This is no cursor of this address."), field="cursor")

    @classmethod
    def now(cls) -> "Position":
        return cls(timezone.now(), 0)

    def __str__(self) -> str:
        return f"{(self.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)}-{self.entry_id}"


@dataclass(frozen=True)
class Change:
    """One entry of the audit, as the feed tells it."""

    position: Position
    event: str
    told: dict[str, Any]


def settled_until() -> datetime:
    """The moment before which no change can come to light any more."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLED)
        until: datetime = cursor.fetchone()[0]
    return until - MARGIN


def changes_after(position: Position, *, limit: int, resources: Sequence[str] | None = None) -> list[Change]:
    """The next changes after a position, oldest first: of these resources, or of all that the audit knows."""
    types = None if resources is None else [label for label, name in RESOURCES.items() if name in resources]
    with connection.cursor() as cursor:
        cursor.execute(READ, [position.at, position.entry_id, settled_until(), types, types, limit])
        return [_change(*row) for row in cursor.fetchall()]


def _change(
    pk: int, at: datetime, action: str, label: str, object_id: int, changes: str, user: int | None, via: str, who: str
) -> Change:
    values = _json(changes)
    told = {
        "id": pk,
        "at": timestamp(at),
        "event": action,
        "operation": _operation(values),
        "resource": RESOURCES.get(label, label.rpartition(".")[2]),
        "resource_id": object_id,
        "changes": values,
        "user_id": user,
        "via": via,
        "by": who,
    }
    return Change(Position(at, pk), action, told)


def _json(text: str) -> dict[str, Any]:
    values: dict[str, Any] = orjson.loads(text)
    return values


def _operation(changes: dict[str, Any]) -> str:
    """What became of the row: created, updated, deleted (its tombstone) or restored."""
    made = changes.get("id")
    if isinstance(made, list):
        return "created" if made[0] is None else "deleted"
    gone = changes.get("deleted_at")
    if isinstance(gone, list):
        return "deleted" if gone[0] is None else "restored"
    return "updated"
