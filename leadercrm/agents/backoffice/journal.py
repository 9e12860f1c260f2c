"""The agents' journal: what each of their calls changed, with a button that takes it back."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from leadercrm.accounts.models import User
from leadercrm.agents.actions.undoing import undo_change_set
from leadercrm.agents.filters import ChangeSetFilter
from leadercrm.agents.planning import plan_of
from leadercrm.agents.queries import CHANGE_SETS
from leadercrm.core.actor import Role
from leadercrm.core.admin_kit import told
from leadercrm.core.models import AuditEntry, ChangeSet
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast

SEE = "agents.view_journal"
MOST_ENTRIES = 200
MOST_DEEDS = 3
# Tools are those of the latest calls: nobody looks for one that is out of use.
MOST_LOOKED_AT = 500


def users() -> Iterable[tuple[Any, Any]]:
    return User.objects.order_by("name").values_list("pk", "name")


def tools() -> Iterable[tuple[Any, Any]]:
    latest = ChangeSet.objects.order_by("-pk").values_list("tool", flat=True)[:MOST_LOOKED_AT]
    return [(name, name) for name in sorted(set(latest))]


class JournalPage(ListPage):
    """All calls that one may see, the latest first."""

    title = _("Agents")
    section = "agents"
    template = "agents/journal.html"
    required_permission = SEE
    rows = CHANGE_SETS
    filters = ChangeSetFilter.base_filters
    row_url = "web:changeset"
    columns = (
        Column("tool", _("What"), template="agents/_what.html"),
        Column("agent", _("Agent")),
        Column("user_name", _("On behalf of"), "user"),
        Column("at", _("When"), "moment"),
        Column("undone_at", _("State"), template="agents/_state.html"),
    )
    choices = (
        Choice("tool", _("Any tool"), tools),
        Choice("undone", _("Undone or not"), lambda: (("false", _("Stands")), ("true", _("Undone")))),
        Choice("user_id", _("For anybody"), users),
    )
    empty_title = _("No agent has changed anything yet")
    empty_text = _("What an AI agent writes for you is listed here, and can be undone.")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """Who sees their own alone has nobody to choose from, and no names of others' tools."""
        shown = super().context(**kwargs)
        if self.actor.role != Role.ADMIN:
            shown["choices"] = [drawn for drawn in shown["choices"] if drawn.choice.name == "undone"]
        return shown

    def told(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each call with what it did, in words."""
        did: dict[int, dict[str, None]] = {row["id"]: {} for row in rows}
        entries = AuditEntry.objects.filter(change_set_id__in=did).order_by("pk")
        for number, kind, action in entries.values_list("change_set_id", "object_type", "action"):
            if kind != ChangeSet._meta.label_lower:
                did[number][f"{told.deed(action)} · {told.kind(kind)}"] = None
        return [{**row, "did": list(did[row["id"]])[:MOST_DEEDS]} for row in rows]


class ChangeSetPage(Page):
    """One call: its arguments, each row before and after, and what undoing it would do."""

    template = "agents/changeset.html"
    section = "agents"
    required_permission = SEE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        change_set: ChangeSet = row_of(CHANGE_SETS, self.kwargs["pk"], self.actor)
        settled = change_set.undone_at is not None or change_set.undoes_id is not None
        return {
            "title": change_set.tool,
            "call": change_set,
            "arguments": sorted(change_set.arguments.items()) if isinstance(change_set.arguments, dict) else [],
            "entries": told.introduce(change_set.entries.order_by("pk").select_related("user")[:MOST_ENTRIES]),
            "undone_by_call": ChangeSet.objects.filter(undoes_id=change_set.pk).first(),
            "plan": None if settled else plan_of(change_set),
            "may_undo": self.actor.may("agents.undo") and not settled,
        }


class ChangeSetUndo(Page):
    """The button."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = undo_change_set(row_of(CHANGE_SETS, pk, self.actor), actor=self.actor)
        told = ngettext("Undone: %(n)s record.", "Undone: %(n)s records.", len(done.done))
        toast(request, told % {"n": len(done.done)})
        return see_other(reverse("web:changeset", args=(pk,)))
