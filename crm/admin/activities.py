"""Activities in a tenant's admin site. They are completed, cancelled and taken up again by buttons."""

from datetime import UTC
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

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
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button, stands_for
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.forms import RefusableForm
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.clock import tenant_zone
from leadercrm.core.errors import DomainError

TARGET_NAMES = {column.removesuffix("_id"): name for name, column in TARGETS.items()}


class LateFilter(OneOfFilter):
    """Pending ones whose deadline has passed."""

    title, parameter_name = _("late"), "late"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Late"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        late = {"status": ActivityStatus.PENDING, "deadline__lt": timezone.now()}
        return queryset.filter(**late) if self.value() == "yes" else queryset


class ActivityForm(RefusableForm):
    """A whole day is shown as its own midnight, wherever the tenant is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        due = self.instance.due_at
        if due and self.instance.due_all_day:
            self.initial["due_at"] = due.astimezone(UTC).replace(tzinfo=tenant_zone())


@stands_for(change_activity)
def cancel(activity: Activity, *, actor: Actor) -> Activity:
    """Note that it will not be done."""
    return change_activity(activity, {"status": ActivityStatus.CANCELLED}, actor=actor)


@stands_for(change_activity)
def reopen(activity: Activity, *, actor: Actor) -> Activity:
    """Take it up again."""
    return change_activity(activity, {"status": ActivityStatus.PENDING}, actor=actor)


def _stands(*statuses: ActivityStatus) -> Any:
    return lambda activity: not in_bin(activity) and activity.status in statuses


@admin.register(Activity, site=tenant_site)
class ActivityAdmin(ActionAdmin):
    section, icon, counted = "sales", "task_alt", True
    form = ActivityForm
    create_action, update_action, delete_action = create_activity, change_activity, delete_activity
    serializer = ActivityInput
    list_display = ("subject", "type", "standing", "priority", "due", "user", "about", "created_at")
    list_select_related = ("user", "contact", "deal", "company")
    list_filter = ("status", LateFilter, "type", "priority", "user")
    search_fields = ("subject", "notes")
    autocomplete_fields = ("user", "contact", "deal", "company")
    readonly_fields = ("status", "completed_at", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("subject", ("type", "priority"), ("due_at", "due_all_day"), "user")}),
        (_("About, one at most"), {"fields": ("contact", "deal", "company")}),
        (_("More"), {"fields": ("notes", ("status", "completed_at"), ("created_at", "updated_at"))}),
    )
    buttons = (
        Button(
            "complete",
            _("Complete"),
            complete_activity,
            explanation=_("It is noted as done now."),
            icon="check_circle",
            shown=_stands(ActivityStatus.PENDING),
        ),
        Button(
            "cancel",
            _("Cancel"),
            cancel,
            explanation=_("It will not be done; it can be taken up again."),
            icon="cancel",
            shown=_stands(ActivityStatus.PENDING, ActivityStatus.COMPLETED),
        ),
        Button(
            "reopen",
            _("Take up again"),
            reopen,
            explanation=_("It is pending again."),
            icon="replay",
            shown=_stands(ActivityStatus.COMPLETED, ActivityStatus.CANCELLED),
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
        """As the API has it: a day for the whole of it, and one target."""
        values = super().changed(form, obj)
        if {"due_at", "due_all_day"} & values.keys():
            due, whole_day = form.cleaned_data["due_at"], values.pop("due_all_day", form.cleaned_data["due_all_day"])
            # `due` is in the tenant's zone, so that the day is that on its wall.
            values["due_at"] = (due.date() if whole_day else due).isoformat() if due else None
        if {f"{name}_id" for name in TARGET_NAMES} & values.keys():
            return {name: value for name, value in values.items() if name not in TARGETS.values()} | self._target(form)
        return values

    def _target(self, form: Any) -> dict[str, Any]:
        chosen = [name for name in TARGET_NAMES if form.cleaned_data[name]]
        if len(chosen) > 1:
            raise DomainError(_("An activity is about one of these at most."), field=chosen[-1])
        if not chosen:
            return {"activitable_type": None, "activitable_id": None}
        return {"activitable_type": TARGET_NAMES[chosen[0]], "activitable_id": form.cleaned_data[chosen[0]].pk}

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, row: Activity) -> str:
        if row.due_at is None:
            return "-"
        if row.due_all_day:
            return date_format(row.due_at.astimezone(UTC).date(), "SHORT_DATE_FORMAT")
        return date_format(timezone.localtime(row.due_at), "SHORT_DATETIME_FORMAT")

    @display(description=_("status"), label={"completed": "success", "cancelled": "danger", "pending": "info"})  # type: ignore[untyped-decorator]
    def standing(self, row: Activity) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @admin.display(description=_("about"))
    def about(self, row: Activity) -> str:
        return str(row.contact or row.deal or row.company or "-")
