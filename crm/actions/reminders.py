"""Reminders of activities that are due: each one once, when its time has come.

`Activity.remind_at` is the queue. The hour ahead is scheduled in the outbox, one row of work for each
moment; whoever is called reminds of all that is due by then. A call too many finds nothing.
"""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Activity, ActivityStatus
from crm.models.activity import on_its_day
from leadercrm.core.actions import after_commit, domain_action
from leadercrm.core.actor import Actor
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType

# Housekeeping comes once an hour, and may be late.
AHEAD = timedelta(minutes=90)
MORNING = time(8)
BATCH = 500
TITLE, BODY = _("Activity due"), _("'%(subject)s' is due.")


def reminder_at(activity: Activity) -> datetime | None:
    """When to remind of it: at its moment, or on the morning of its day; never of what is over or done."""
    if activity.due_at is None or activity.status != ActivityStatus.PENDING:
        return None
    at = on_its_day(activity.due_at, MORNING) if activity.due_all_day else activity.due_at
    return at if at > timezone.now() else None


def schedule_reminder(activity: Activity) -> None:
    """Schedule the reminder of an activity that is due soon; the rest waits for `schedule_reminders`."""
    if activity.remind_at is not None and activity.remind_at <= timezone.now() + AHEAD:
        after_commit("crm.remind", due_at=activity.remind_at)


@domain_action(permission="crm.remind")
def schedule_reminders(*, actor: Actor) -> int:
    """Schedule the reminders of the time ahead, and what was missed; returns how many moments they are."""
    waiting = Activity.objects.filter(remind_at__lte=timezone.now() + AHEAD)
    moments = waiting.order_by("remind_at").values_list("remind_at", flat=True).distinct()
    for moment in moments:
        after_commit("crm.remind", due_at=moment)
    return len(moments)


@domain_action(permission="crm.remind")
def remind(*, actor: Actor) -> int:
    """Notify those who are to do what is due by now; returns how many activities it was, a batch at most."""
    rows = Activity.objects.select_for_update(of=("self",))
    due = list(rows.filter(remind_at__lte=timezone.now()).order_by("remind_at", "pk")[:BATCH])
    for activity in due:
        notify(
            [activity.user_id],
            NotificationType.ACTIVITY_DUE,
            title=TITLE,
            body=BODY,
            values={"subject": activity.subject},
            url=f"/activities/{activity.pk}",
        )
    # That a reminder was sent is no change of the activity: neither updated_at nor the audit says so.
    Activity.objects.filter(pk__in=[activity.pk for activity in due]).update(remind_at=None)
    if len(due) == BATCH:
        after_commit("crm.remind")
    return len(due)
