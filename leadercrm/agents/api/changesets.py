"""The agents' journal under /api/v1: what each call changed, and its undoing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.actions.undoing import refuse_forgotten, undo_change_set
from leadercrm.agents.filters import ChangeSetFilter
from leadercrm.agents.planning import plan_of
from leadercrm.agents.queries import CHANGE_SETS
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import row_response, timestamp
from leadercrm.core.api.shapes import BOOLEAN, FREE_OBJECT, INTEGER, MOMENT, TEXT, explained, list_of, record
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.models import AuditEntry, ChangeSet

CHANGE_SET = Resource(
    "ChangeSet",
    _("agent's call"),
    _("agents' calls"),
    _("What agents did, call by call. Everybody sees their own agents' calls, administrators all."),
)
MOST_ENTRIES = 500
CHANGE = record(
    {
        "action": TEXT,
        "object_type": TEXT,
        "object_id": INTEGER,
        "at": MOMENT,
        "changes": explained(FREE_OBJECT, _("Each column as [before, after], and notes.")),
    },
    "ChangeSetChange",
)
UNDOING = record(
    {"possible": BOOLEAN, "steps": list_of(TEXT), "obstacles": list_of(TEXT), "remains": list_of(TEXT)},
    "ChangeSetUndoing",
)
ENTRIES = {"changes": list_of(CHANGE), "undo": UNDOING}
UNDONE = {
    "undone": explained(list_of(TEXT), _("What was taken back.")),
    "remains": explained(list_of(TEXT), _("What stays behind nevertheless.")),
}


class ChangeSetViewSet(TenantViewSet):
    resource = CHANGE_SET
    rows = CHANGE_SETS
    filters = ChangeSetFilter.base_filters
    required_permission = "agents.view_journal"

    @described(meta=ENTRIES)
    def retrieve(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        """The call, each row before and after it, and whether it can be undone now; what stands against it if not."""
        text = CHANGE_SETS.one(pk, self.actor) if pk <= MAX_ID else None
        if text is None:
            raise NotFound()
        change_set: ChangeSet = self.row(pk)
        entries = change_set.entries.order_by("pk")[:MOST_ENTRIES]
        meta = {"changes": [_told(entry) for entry in entries], "undo": undoing_of(change_set)}
        return row_response(text, meta=meta)

    @described(_("Undo what an agent's call did"), id="undoChangeSet", act=undo_change_set, meta=UNDONE)
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it back as a whole, once. Refused with code irreversible or undo_conflict, naming what and why.

        After a year it is forgotten: too_old.
        """
        refuse_forgotten(pk)
        done = undo_change_set(self.row(pk), actor=self.actor)
        return self.answer(pk, meta={"undone": done.done, "remains": done.remains})


def undoing_of(change_set: ChangeSet) -> dict[str, Any]:
    """What undoing it would do now, or what stands against it."""
    if change_set.undone_at is not None or change_set.undoes_id is not None:
        return {"possible": False, "steps": [], "obstacles": [], "remains": []}
    plan = plan_of(change_set)
    obstacles = [obstacle.text for obstacle in (*plan.finals, *plan.conflicts)]
    steps = [step.text for step in plan.steps]
    return {"possible": not obstacles, "steps": steps, "obstacles": obstacles, "remains": plan.remains}


def _told(entry: AuditEntry) -> dict[str, Any]:
    kept = {"action": entry.action, "object_type": entry.object_type, "object_id": entry.object_id}
    return {**kept, "at": timestamp(entry.at), "changes": entry.changes}
