"""Reading notifications, and choosing which ones to get.

That a notification was read is no change of business data: it is not written to the audit log.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import Forbidden
from leadercrm.notifications.models import Notification, Preference


@domain_action(permission="notifications.read_notification")
def read_notification(notification: Notification, *, actor: Actor) -> Notification:
    """Note when a notification was read; the first time stands."""
    notification = lock(notification)
    if notification.read_at is None:
        notification.read_at = timezone.now()
        notification.save(update_fields=["read_at"])
        tally.touch(Notification._meta.label_lower)
    return notification


@domain_action(permission="notifications.read_notification")
def read_all_notifications(*, actor: Actor) -> int:
    """Note that the actor has read all of their notifications; returns how many were unread."""
    unread = Notification.objects.filter(user=_me(actor), read_at__isnull=True)
    tally.touch(Notification._meta.label_lower)
    return unread.update(read_at=timezone.now())


@domain_action(permission="notifications.change_preferences")
def change_preferences(choices: Sequence[Mapping[str, Any]], *, actor: Actor) -> None:
    """Choose, for some types, where the actor wants to hear of them.

    Each choice has a `type`, and `in_app`, `email` or both; what is left out stays as it was.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=_me(actor))
    known = {row.type: row for row in Preference.objects.filter(user=user)}
    for choice in choices:
        row = known.setdefault(choice["type"], Preference(user=user, type=choice["type"]))
        before = snapshot(row) if row.pk else None
        row.in_app, row.email = choice.get("in_app", row.in_app), choice.get("email", row.email)
        if before is None or snapshot(row) != before:
            row.save()
            record(actor, row, "notification_preference.changed", before=before)


def _me(actor: Actor) -> int:
    """The actor's own id; the system has no notifications."""
    if actor.user_id is None:
        raise Forbidden()
    return actor.user_id
