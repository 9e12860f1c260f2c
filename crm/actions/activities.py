"""Writing activities."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.attached import refuse_gone_target, target_columns
from crm.actions.bin import refuse_expired
from crm.actions.reminders import reminder_at, schedule_reminder
from crm.models import Activity, ActivityStatus
from crm.queries import active_user_exists
from leadercrm.core.actions import amend, assign, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.clock import moment_of
from leadercrm.core.errors import DomainError
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

Values = Mapping[str, Any]
TITLE, BODY = _("Activity assigned to you"), _("'%(subject)s' was assigned to you.")


@domain_action(permission="crm.create_activity")
def create_activity(values: Values, *, tell: bool = True, actor: Actor) -> Activity:
    """Make an activity: the caller's unless somebody is named, pending unless a status is.

    `due_at` is a moment, or a date for the whole day. `activitable_type` and `activitable_id` name the
    target, both or neither. Refuses a target that the actor does not see and a user who is not active.
    Without `tell` whoever is to do it is told by the caller, of something that this is a part of.
    """
    status = ActivityStatus(values.get("status") or ActivityStatus.PENDING)
    columns = {"user_id": actor.user_id, **_columns(values, None, actor)}
    activity = Activity(**columns, status=status, completed_at=_completion(status))
    activity.remind_at = reminder_at(activity)
    activity.save()
    record(actor, activity, "activity.created")
    schedule_reminder(activity)
    if tell:
        _tell(activity, actor)
    return activity


@domain_action(permission="crm.change_activity")
def change_activity(activity: Activity, values: Values, *, actor: Actor) -> Activity:
    """Change the columns named in `values`, and the status as its table of moves allows.

    Refuses what create_activity refuses; but a target that it has already may be in the bin by now.
    """
    columns = _columns(values, activity, actor)
    activity = lock(activity)
    before = snapshot(activity)
    status = ActivityStatus(values.get("status", activity.status))
    if status != activity.status:
        transition(activity, status, completed_at=_completion(status))
    _keep_whole_day(activity, columns)
    assign(activity, columns)
    after = snapshot(activity)
    if any(before[name] != after[name] for name in ("status", "due_at", "due_all_day")):
        assign(activity, {"remind_at": reminder_at(activity)})
        schedule_reminder(activity)
    if after != before:
        record(actor, activity, "activity.changed", before=before)
    if after["user_id"] != before["user_id"]:
        _tell(activity, actor)
    return activity


@domain_action(permission="crm.complete_activity")
def complete_activity(activity: Activity, *, actor: Actor) -> Activity:
    """Note that it is done. Once more changes nothing; a cancelled one is refused."""
    activity = lock(activity)
    if activity.status != ActivityStatus.COMPLETED:
        before = snapshot(activity)
        transition(activity, ActivityStatus.COMPLETED, completed_at=timezone.now(), remind_at=None)
        record(actor, activity, "activity.completed", before=before)
    return activity


@domain_action(permission="crm.delete_activity")
def delete_activity(activity: Activity, *, actor: Actor) -> None:
    """Delete an activity softly: an administrator can restore it for 30 days."""
    amend(lock(activity), {"deleted_at": timezone.now()}, actor=actor, action="activity.deleted")


@domain_action(permission="crm.restore_activity")
def restore_activity(activity: Activity, *, actor: Actor) -> Activity:
    """Take an activity out of the bin. One whose target is in the bin comes back with that."""
    refuse_gone_target(activity)
    activity = lock(activity, deleted=True)
    refuse_expired(activity)
    amend(activity, {"deleted_at": None}, actor=actor, action="activity.restored")
    return activity


def _columns(values: Values, activity: Activity | None, actor: Actor) -> dict[str, Any]:
    """The columns that `values` are written to, but for the status; refuses ids that name nothing."""
    columns = {name: values[name] for name in ("subject", "type", "priority", "notes", "user_id") if name in values}
    if columns.get("user_id") is not None and not active_user_exists(columns["user_id"]):
        raise DomainError(_("There is no active user with this id."), field="user_id", code="unknown_reference")
    if "due_at" in values:
        due = values["due_at"]
        # A moment is a date, too, to Python.
        whole_day = due is not None and not hasattr(due, "hour")
        columns |= {"due_at": moment_of(due) if whole_day else due, "due_all_day": whole_day}
    return columns | target_columns(values, activity, actor)


def _keep_whole_day(activity: Activity, columns: dict[str, Any]) -> None:
    """Let a day stay one when it comes back as it is shown, as its midnight in UTC."""
    if "due_at" in columns and columns["due_at"] == activity.due_at and activity.due_all_day:
        del columns["due_all_day"]


def _completion(status: ActivityStatus) -> Any:
    return timezone.now() if status == ActivityStatus.COMPLETED else None


def _tell(activity: Activity, actor: Actor) -> None:
    """Tell who is to do it, unless they have taken it on themselves or there is nothing to do."""
    if activity.user_id not in (None, actor.user_id) and activity.status == ActivityStatus.PENDING:
        notify(
            [activity.user_id],
            NotificationType.ACTIVITY_ASSIGNED,
            title=TITLE,
            body=BODY,
            values={"subject": activity.subject},
            url=f"/activities/{activity.pk}",
        )
