"""Activities (actividades): tasks, calls, meetings, e-mails."""

from typing import Any

from rest_framework import serializers

from crm.actions.activities import complete_activity, create_activity
from crm.api.activities import ActivityInput
from crm.filters_activities import ActivityFilter
from crm.models import ActivityStatus, ActivityType
from crm.queries_activities import ACTIVITIES
from crm.targets import TARGETS, target_column, unknown_target
from leadercrm.core.api.fields import DayOrMoment, Flag, OneOf, RowId, Text
from leadercrm.core.api.shapes import one_of
from leadercrm.mcp.inputs import Listed, Repeatable, leaves_out
from leadercrm.mcp.reading import Listing
from leadercrm.mcp.registry import READS, ROW, ROWS, SETS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.writing import meant, wrote

LISTING = Listing(
    ACTIVITIES,
    ActivityFilter.base_filters,
    (
        "id", "subject", "type", "status", "priority", "due_at", "activitable_type", "activitable_id", "user_id",
        "user_name",
    ),
)  # fmt: skip
# contact -> App\Models\Contact
KINDS = {name.rpartition("\\")[2].lower(): name for name in TARGETS}


class About(Text):
    r"""contact, deal or company; `App\Models\Contact`, as the API has it, is taken, too."""

    shape = one_of(KINDS)

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        name = KINDS.get(text.lower(), text)
        if target_column(name) is None:
            raise serializers.ValidationError(unknown_target())
        return name


class ActivitySearch(Listed):
    status = OneOf(ActivityStatus.values, required=False)
    type = OneOf(ActivityType.values, required=False)
    overdue = Flag(required=False)
    user_id = RowId(required=False)
    activitable_type = About(required=False)
    activitable_id = RowId(required=False)
    due_after = DayOrMoment(required=False)
    due_before = DayOrMoment(required=False)


@leaves_out("status")
class ActivityCreation(ActivityInput, Repeatable):
    activitable_type = About(required=False)  # type: ignore[assignment]
    activitable_id = RowId(required=False)  # type: ignore[assignment]


class ActivityCompletion(serializers.Serializer[Any]):
    activity_id = RowId()


@tool(
    "leader_create_activity",
    """Create an activity (tarea, llamada, reunión, correo) for somebody, about a contact, deal or company. A date alone
    means the whole day. It sends no e-mail to clients.""",
    scope="crm:write",
    input=ActivityCreation,
    gives={"activity": ROW},
    hints=WRITES,
    notes={"user_id": "Who is to do it; you if left out. From leader_whoami."},
)
def create(call: Call) -> Outcome:
    activity = create_activity(call.values, actor=call.actor)
    done = then("leader_complete_activity", activity_id=activity.pk)
    return wrote(call, "activity", ACTIVITIES, activity.pk, "activities", done)


@tool(
    "leader_complete_activity",
    """Mark an activity (actividad) as done. Once more changes nothing.""",
    scope="crm:write",
    input=ActivityCompletion,
    gives={"activity": ROW},
    hints=SETS,
)
def complete(call: Call) -> Outcome:
    activity = meant(ACTIVITIES, call.values["activity_id"], call, "activity_id")
    complete_activity(activity, actor=call.actor)
    return wrote(call, "activity", ACTIVITIES, activity.pk, "activities")


@tool(
    "leader_list_activities",
    """List activities (actividades) by status, kind, person, subject or when they are due; overdue: true for what is
    late. Reads only.""",
    scope="crm:read",
    input=ActivitySearch,
    gives=ROWS,
    hints=READS,
)
def search(call: Call) -> Outcome:
    values = call.values
    given = {name: values[name].isoformat() for name in ("due_after", "due_before") if name in values}
    return Outcome(LISTING.page(call, **given))
