"""What users read of their notifications."""

import json
from typing import Any

from leadercrm.core.actor import Actor
from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import PersonalRows
from leadercrm.notifications.models import Notification, NotificationType, Preference

NOTIFICATIONS = PersonalRows(
    Notification.objects.all,
    {
        "id": "id",
        "type": "type",
        "title": "title",
        "body": "body",
        "url": "url",
        "read_at": Timestamp("read_at"),
        "created_at": Timestamp("created_at"),
    },
)


def preferences_of(actor: Actor) -> list[dict[str, Any]]:
    """Every type with what the actor has chosen for it, in the order of NotificationType."""
    chosen = {row.type: row for row in Preference.objects.filter(user_id=actor.user_id or 0)}
    rows = [(kind, chosen.get(kind) or Preference(type=kind)) for kind in NotificationType]
    return [{"type": kind, "name": kind.label, "in_app": row.in_app, "email": row.email} for kind, row in rows]


def unread_count(actor: Actor) -> int:
    """How many notifications the actor has not read."""
    return Notification.objects.filter(user_id=actor.user_id or 0, read_at__isnull=True).count()


def latest_notices(actor: Actor, most: int = 8) -> list[dict[str, Any]]:
    """The actor's latest notifications, read and unread, as the API has them."""
    rows: list[dict[str, Any]] = json.loads(NOTIFICATIONS.page(actor, limit=most, offset=0).rows)
    return rows
