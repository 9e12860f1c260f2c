"""What users read of their notifications."""

from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import PersonalRows
from leadercrm.notifications.models import Notification

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
