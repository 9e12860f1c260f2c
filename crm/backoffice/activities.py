"""The pages of activities: the list, the forms, and what is done with one."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import (
    change_activity,
    complete_activity,
    create_activity,
    delete_activity,
    restore_activity,
)
from crm.api.activities import ActivityInput
from crm.backoffice.options import activity_states, activity_types, priorities, users
from crm.filters_activities import ActivityFilter
from crm.queries_activities import ACTIVITIES, DELETED_ACTIVITIES
from leadercrm.core.web.acts import ActPage, RestorePage, came_from
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage

PLACES = {
    r"App\Models\Contact": "web:contact",
    r"App\Models\Deal": "web:deal",
    r"App\Models\Company": "web:company",
}


class ActivityList(ListPage):
    title = _("Activities")
    section = "activities"
    rows = ACTIVITIES
    filters = ActivityFilter.base_filters
    row_url, new_url = "web:activity-edit", "web:activity-new"
    new_label, new_permission = _("New activity"), "crm.create_activity"
    empty_title = _("Nothing planned")
    empty_text = _("Plan a call or a meeting on a contact's page, and it stands here on its day.")
    columns = (
        Column("subject", _("Subject"), "title", sort="subject"),
        Column("type", _("Type"), "badge", sort="type"),
        Column("due_at", _("Due"), "due", sort="due_at"),
        Column("priority", _("Priority"), "badge", sort="priority"),
        Column("status", _("Status"), "badge", sort="status"),
        Column("user_name", _("Assigned to"), "user", sort="user__name"),
    )
    choices = (
        Choice("status", _("Any status"), activity_states),
        Choice("type", _("Any type"), activity_types),
        Choice("user_id", _("Anybody's"), users),
    )


class ActivityForm(FormPage):
    """Plan something, or change it."""

    section = "activities"
    rows = ACTIVITIES
    serializer = ActivityInput
    create_action, update_action = create_activity, change_activity
    place = ("web:activities", "web:activity-edit", _("New activity"), _("Edit activity"))
    fields = (
        Field("subject", _("Subject"), half=False),
        Field("type", _("Type"), "choice", options=activity_types),
        Field("priority", _("Priority"), "choice", options=priorities),
        Field("due_at", _("Due"), "moment"),
        Field("user_id", _("Assigned to"), "choice", options=users),
        Field("notes", _("Notes"), "area", half=False),
        Field("activitable_type", "", "hidden"),
        Field("activitable_id", "", "hidden"),
    )

    def preset(self) -> dict[str, Any]:
        return {"user_id": self.actor.user_id, "type": "call", "priority": "medium", **super().preset()}

    def after(self, saved: Any) -> str:
        if self.request.POST.get("beside"):
            return came_from(self.request)
        about = ((page, getattr(saved, f"{page}_id")) for page in ("deal", "contact", "company"))
        return next((reverse(f"web:{page}", args=(pk,)) for page, pk in about if pk), reverse("web:activities"))

    def _body(self, data: QueryDict) -> dict[str, Any]:
        """What it is about stays as it was where the form says nothing of it."""
        body = super()._body(data)
        if not body.get("activitable_id"):
            body = {name: value for name, value in body.items() if not name.startswith("activitable")}
        return body


class ActivityComplete(ActPage):
    """Tick it off, where it stands."""

    rows = ACTIVITIES
    action = complete_activity
    done = _("Done. What comes next?")
    undo = "web:activity-reopen"


def reopen(activity: Any, *, actor: Any) -> Any:
    """Take back that it was completed."""
    return change_activity(activity, {"status": "pending"}, actor=actor)


class ActivityReopen(ActPage):
    rows = ACTIVITIES
    action = reopen
    done = _("It is to be done again.")


class ActivityDelete(ActPage):
    """Delete it, with a way back."""

    rows = ACTIVITIES
    action = delete_activity
    done = _("Activity deleted.")
    undo, then_list = "web:activity-restore", "web:activities"


class ActivityRestore(RestorePage):
    """Take it back out of the bin."""

    rows = DELETED_ACTIVITIES
    action = restore_activity
    done = _("Activity restored.")
    then = "web:activity-edit"
