"""One timeline on a row's page: what was done to it and to what belongs to it, by whom, the latest first.

It is read from the audit, in which every action stands already: no second record has to be kept in step. An app
says which of its rows belong to a page (`trace`); what the audit does not hold, such as each mail of a
campaign, it adds line by line (`also`). Two statements however many rows there are, and one for each addition.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit import told
from leadercrm.core.models import AuditEntry

MOST = 25
# Of one kind of row so many are looked at, the newest: nobody reads further back than that.
MOST_ROWS = 200
# For each row its latest entries, by the index on the row; then the latest of all.
LATEST = """
    SELECT e.id FROM unnest(%s::text[], %s::bigint[]) o(kind, pk)
     CROSS JOIN LATERAL (SELECT a.id FROM core_auditentry a
                          WHERE a.object_type = o.kind AND a.object_id = o.pk AND a.at < %s
                          ORDER BY a.id DESC LIMIT %s) e
     ORDER BY e.id DESC LIMIT %s
"""
GROUPS: dict[str, Any] = {
    "notes": _("Notes"), "activities": _("Activities"), "deals": _("Deals"), "documents": _("Documents"),
    "mails": _("Mails and forms"), "record": _("Changes"),
}  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """Rows whose entries stand on a page's timeline: `rows(pk, actor)` gives those that the actor sees.

    `title` is the column that names one, `page` the name of its own page if it has one.
    """

    model: str
    group: str
    icon: str
    rows: Callable[[int, Actor], QuerySet[Any]]
    title: str = ""
    page: str = ""


@dataclass(frozen=True)
class Line:
    """Something that happened. `entry` is the audit's where there is one."""

    at: datetime
    icon: str
    what: str
    title: str = ""
    url: str = ""
    entry: AuditEntry | None = None

    @property
    def tells_values(self) -> bool:
        """Whether what was changed is worth reading: of what is new, deleted or sent it is not."""
        return self.entry is not None and self.entry.action.rpartition(".")[2] in ("changed", "moved")


More = Callable[[int, Actor, datetime, int], Iterable[Line]]
_traces: dict[str, list[Trace]] = {}
_more: dict[str, list[tuple[str, More]]] = {}


def trace(page: str, *traces: Trace) -> None:
    """Let rows of these kinds stand on the timelines of one kind of page: `contact`, `company`, `deal`."""
    _traces.setdefault(page, []).extend(traces)


def also(page: str, group: str, more: More) -> None:
    """Add lines that the audit does not hold: `more(pk, actor, before, most)`, the latest first."""
    _more.setdefault(page, []).append((group, more))


def groups_of(page: str) -> Mapping[str, Any]:
    """What a page's timeline may be narrowed to."""
    used = {each.group for each in _traces.get(page, ())} | {group for group, _more in _more.get(page, ())}
    return {name: label for name, label in GROUPS.items() if name in used}


def timeline_of(page: str, pk: int, actor: Actor, *, before: datetime, group: str = "") -> tuple[list[Line], bool]:
    """The latest lines from before a moment, of one group or of all, and whether there are earlier ones."""
    traces = [each for each in _traces.get(page, ()) if group in ("", each.group)]
    lines = _audited(traces, pk, actor, before)
    for name, more in _more.get(page, ()):
        if group in ("", name):
            lines += more(pk, actor, before, MOST + 1)
    lines.sort(key=lambda line: line.at, reverse=True)
    return lines[:MOST], len(lines) > MOST


def _audited(traces: list[Trace], pk: int, actor: Actor, before: datetime) -> list[Line]:
    found = {(traces[at].model, row): (traces[at], title) for at, row, title in _rows(traces, pk, actor)}
    if not found:
        return []
    kinds, rows = zip(*found, strict=True)
    most = MOST + 1
    latest = RawSQL(LATEST, (list(kinds), list(rows), before, most, most))  # noqa: S611 - a constant
    entries = AuditEntry.objects.filter(pk__in=latest).select_related("user", "change_set").order_by("-pk")
    lines = [_line(entry, *found[entry.object_type, entry.object_id]) for entry in entries]
    told.introduce(line.entry for line in lines if line.tells_values)
    return lines


def _rows(traces: list[Trace], pk: int, actor: Actor) -> list[tuple[int, int, str]]:
    """The number of the trace, the id and the name of each row, in one statement."""
    parts = [
        each.rows(pk, actor)
        .order_by("-pk")
        .values_list(Value(at, output_field=IntegerField()), F("pk"), _named(each))[:MOST_ROWS]
        for at, each in enumerate(traces)
    ]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def _named(origin: Trace) -> Any:
    return Cast(F(origin.title), TextField()) if origin.title else Value("", output_field=TextField())


def _line(entry: AuditEntry, origin: Trace, title: str | None) -> Line:
    url = reverse(origin.page, args=(entry.object_id,)) if origin.page else ""
    return Line(entry.at, origin.icon, told.deed(entry.action), title or "", url, entry)
