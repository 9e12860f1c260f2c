"""Activities in a tenant's admin site."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import (
    change_activity,
    complete_activity,
    create_activity,
    delete_activity,
    restore_activity,
)
from crm.api.activities import ActivityInput
from crm.models import Activity, ActivityStatus
from crm.targets import TARGETS
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from leadercrm.core.errors import DomainError

call(
    Activity, _("activity"), _("activities"), subject=_("subject"), type=_("type"), status=_("status"),
    priority=_("priority"), due_at=_("due"), due_all_day=_("whole day"), completed_at=_("completed"), notes=_("notes"),
    user=_("assigned to"), contact=_("contact"), deal=_("deal"), company=_("company"), created_at=_("created"),
    updated_at=_("changed"),
)  # fmt: skip
PARTIES = {column.removesuffix("_id"): name for name, column in TARGETS.items()}


class OverdueFilter(admin.SimpleListFilter):
    """What is late."""

    title, parameter_name = _("late"), "overdue"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Late"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        late = {"status": ActivityStatus.PENDING, "deadline__lt": timezone.now()}
        return queryset.filter(**late) if self.value() == "yes" else queryset


@admin.register(Activity, site=tenant_site)
class ActivityAdmin(ActionAdmin):
    section, icon, counted = "sales", "event_available", True
    create_action, update_action, delete_action = create_activity, change_activity, delete_activity
    serializer = ActivityInput
    list_display = ("subject", "type", "status", "priority", "user", "due_at", "contact", "deal", "company")
    list_select_related = ("user", "contact", "deal", "company")
    list_filter = ("status", "type", OverdueFilter, "user")
    search_fields = ("subject",)
    autocomplete_fields = ("user", "contact", "deal", "company")
    readonly_fields = ("completed_at", "due_all_day", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("subject", ("type", "priority"), "status", "user", ("due_at", "due_all_day"))}),
        (_("About"), {"fields": ("contact", "deal", "company"), "description": _("One of them, or none.")}),
        (_("More"), {"fields": ("notes", "completed_at", ("created_at", "updated_at"))}),
    )
    buttons = (
        Button(
            "complete",
            _("Complete"),
            complete_activity,
            icon="task_alt",
            shown=lambda row: row.status == ActivityStatus.PENDING and not in_bin(row),
        ),
        Button(
            "restore",
            _("Restore"),
            restore_activity,
            explanation=_("The activity leaves the bin."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )

    def changed(self, form: Any, obj: Any) -> dict[str, Any]:
        """The three columns are one target, as the action knows it."""
        values = super().changed(form, obj)
        moved = [values.pop(f"{name}_id", None) for name in PARTIES if f"{name}_id" in values]
        chosen = [(PARTIES[name], form.cleaned_data[name]) for name in PARTIES if form.cleaned_data.get(name)]
        if len(chosen) > 1:
            raise DomainError(_("An activity is about one of these at most."), field="contact", code="two_targets")
        if moved:
            kind, row = chosen[0] if chosen else (None, None)
            values |= {"activitable_type": kind, "activitable_id": row and str(row.pk)}
        return values
