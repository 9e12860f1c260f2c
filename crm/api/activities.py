"""Activities under /api/v1."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.actions.activities import (
    change_activity,
    complete_activity,
    create_activity,
    delete_activity,
    restore_activity,
)
from crm.api.resources import ACTIVITY
from crm.filters_activities import ActivityFilter
from crm.models import ActivityStatus, ActivityType, Priority
from crm.queries_activities import ACTIVITIES, DELETED_ACTIVITIES
from crm.targets import TARGETS, target_column, unknown_target
from leadercrm.core.api.bin import BinViewSet
from leadercrm.core.api.fields import DayOrMoment, OneOf, RowId, Text
from leadercrm.core.api.shapes import INTEGER, TEXT, one_of
from leadercrm.core.api.views import action_route


class TargetType(Text):
    r"""`App\Models\Contact`, whole."""

    shape = one_of(TARGETS)

    def to_internal_value(self, data: Any) -> str:
        name: str = super().to_internal_value(data)
        if target_column(name) is None:
            raise serializers.ValidationError(unknown_target())
        return name


class TargetId(RowId):
    """An id as a string, or as a number; an empty one is none."""

    shape = {"anyOf": [{**TEXT, "pattern": "^[0-9]{0,18}$", "examples": ["5"]}, INTEGER]}

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(None if data == "" else data)


class ActivityInput(serializers.Serializer[Any]):
    subject = Text(max_length=255)
    type = OneOf(ActivityType.values)
    status = OneOf(ActivityStatus.values, required=False)
    priority = OneOf(Priority.values, required=False)
    due_at = DayOrMoment(required=False, allow_null=True)
    activitable_type = TargetType(required=False, allow_null=True)
    activitable_id = TargetId(required=False, allow_null=True)
    notes = Text(max_length=20_000, required=False, allow_null=True)
    user_id = RowId(required=False, allow_null=True)


class ActivityViewSet(BinViewSet):
    resource = ACTIVITY
    rows = ACTIVITIES
    bin_rows = DELETED_ACTIVITIES
    restore_action = restore_activity
    filters = ActivityFilter.base_filters
    serializer_class = ActivityInput
    create_action = create_activity
    update_action = change_activity
    delete_action = delete_activity
    deleted_message = _("Activity deleted.")
    complete = action_route(complete_activity, path="complete", summary=_("Complete an activity"))
