"""What every tenant keeps a record of: audit, work that follows, document numbers.

Nothing of it is written here, but that work in trouble is settled.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit import told
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.told import ToldMixin
from leadercrm.core.admin_kit.wording import call
from leadercrm.core.models import TROUBLED, AuditEntry, ChangeSet, Counter, WorkItem, WorkState
from leadercrm.core.templatetags.admin_kit import changes_table, who
from leadercrm.core.work import confirm_work, repeat_work

call(
    AuditEntry, _("audit entry"), _("audit log"), at=_("when"), action=_("what"), object_type=_("kind of object"),
    object_id=_("object"), actor_kind=_("kind of actor"), user=_("user"), token_id=_("token"), via=_("door"),
    label=_("who"), ip=_("address"), request_id=_("request"), changes=_("changes"),
    change_set=_("agent's call"),
)  # fmt: skip
call(
    ChangeSet, _("agent's call"), _("agents' journal"), at=_("when"), tool=_("tool"), arguments=_("arguments"),
    user=_("user"), token_id=_("token"), agent=_("agent"), client=_("client program"), via=_("door"), ip=_("address"),
    request_id=_("request"), scheduled=_("followed by"), approver=_("approved by"), undoes=_("undoes"),
    undone_at=_("undone"), undone_by=_("undone by"),
)  # fmt: skip
call(
    WorkItem, _("piece of work"), _("work queue"), task=_("task"), state=_("state"), attempts=_("attempts"),
    due_at=_("due"), created_at=_("created"), finished_at=_("finished"), error=_("error"), about=_("about"),
)  # fmt: skip
call(Counter, _("document number"), _("document numbers"), kind=_("kind"), last=_("last number"))


class DoorFilter(OneOfFilter):
    """Through which door it was done."""

    title, parameter_name = _("door"), "via"
    values, called = ("api", "page", "admin", "mcp", "link", "task"), staticmethod(told.door)


class ActorFilter(OneOfFilter):
    """What kind of actor did it."""

    title, parameter_name = _("kind of actor"), "actor_kind"
    values, called = ("user", "visitor", "operator", "client", "system"), staticmethod(told.actor)


class ObjectFilter(OneOfFilter):
    """What was changed."""

    title, parameter_name = _("kind of object"), "object_type"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        registered = [options.opts for options in tenant_site._registry.values()]
        return [(opts.label_lower, capfirst(str(opts.verbose_name))) for opts in registered]


@admin.register(AuditEntry, site=tenant_site)
class AuditEntryAdmin(ToldMixin, ActionAdmin):
    section, icon = "records", "history"
    list_display = ("at", "deed", "kind", "object_id", "doer", "door", "ip")
    list_select_related = ("user",)
    list_filter = (ObjectFilter, DoorFilter, ActorFilter, "user")
    search_fields = ("=object_id", "action", "label")
    search_help_text = _("An object's number, an action, or an operator")
    fields: ClassVar[Any] = (
        ("at", "deed"), ("kind", "object_id"), ("acted", "user", "label"),
        ("door", "ip", "request_id", "token_id"), "written",
    )  # fmt: skip
    readonly_fields = ("deed", "kind", "acted", "door", "written")

    @admin.display(description=_("who"))
    def doer(self, entry: Any) -> str:
        return who(entry)

    @admin.display(description=_("changes"))
    def written(self, entry: AuditEntry) -> str:
        told.introduce([entry])
        return changes_table(entry)


@admin.register(ChangeSet, site=tenant_site)
class ChangeSetAdmin(ActionAdmin):
    """What agents did, call by call. It is undone on the agents' page, which says what stands against it."""

    section, icon = "records", "smart_toy"
    list_display = ("at", "tool", "agent", "user", "client", "via", "undone_at")
    list_select_related = ("user",)
    list_filter = ("user",)
    search_fields = ("tool", "agent")
    fields: ClassVar[Any] = (
        ("at", "tool"), ("agent", "client", "user"), ("via", "ip", "request_id", "token_id"), "arguments", "scheduled",
        ("approver", "undoes"), ("undone_at", "undone_by"),
    )  # fmt: skip


class StateFilter(OneOfFilter):
    """How far it is."""

    title, parameter_name = _("state"), "state"
    values = tuple(WorkState.values)


def _in_trouble(item: WorkItem) -> bool:
    return item.state in TROUBLED


@admin.register(WorkItem, site=tenant_site)
class WorkItemAdmin(ActionAdmin):
    """Its arguments are not shown: some are links that let somebody in."""

    section, icon = "records", "checklist"
    list_display = ("task", "about", "state", "attempts", "due_at", "created_at", "finished_at")
    list_filter = (StateFilter,)
    fields: ClassVar[Any] = (
        ("task", "about"), ("state", "attempts"), ("created_at", "due_at", "finished_at"), "error",
    )  # fmt: skip
    buttons = (
        Button(
            "repeat",
            _("Do it again"),
            repeat_work,
            explanation=_("If it was done after all, it is done twice."),
            icon="replay",
            shown=_in_trouble,
        ),
        Button(
            "confirm",
            _("It has been done"),
            confirm_work,
            explanation=_("It is settled, and nothing more happens."),
            icon="check",
            shown=_in_trouble,
        ),
    )


@admin.register(Counter, site=tenant_site)
class CounterAdmin(ActionAdmin):
    section, icon = "records", "tag"
    ordering = ("kind",)
    list_display = ("kind", "last")
    fields: ClassVar[Any] = ("kind", "last")
