"""What administrators read of webhooks; secrets are shown once, when they are made."""

from typing import Any

from django.db.models import BigIntegerField, CharField, QuerySet

from leadercrm.core.actor import Actor
from leadercrm.core.api.columns import Param, Timestamp
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import FREE_OBJECT
from leadercrm.webhooks.models import Delivery, Webhook

WEBHOOKS = JsonRows(
    Webhook.objects.all,
    {
        "id": "id",
        "url": "url",
        "description": "description",
        "events": "events",
        "is_active": "is_active",
        "failing_since": Timestamp("failing_since"),
        "disabled_at": Timestamp("disabled_at"),
        "created_at": Timestamp("created_at"),
        "updated_at": Timestamp("updated_at"),
    },
    owned=False,
)
DELIVERIES = JsonRows(
    Delivery.objects.all,
    {
        "id": "id",
        "webhook_id": "webhook_id",
        "message_id": "message_id",
        "event": "event",
        "payload": "payload",
        "state": "state",
        "attempts": "attempts",
        "due_at": Timestamp("due_at"),
        "status_code": "status_code",
        "error": "error",
        "duration_ms": "duration_ms",
        "created_at": Timestamp("created_at"),
        "delivered_at": Timestamp("delivered_at"),
    },
    owned=False,
    living=False,  # no action makes them: there is no tally of them
    types={"payload": FREE_OBJECT},
)


def of_webhook(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The deliveries of the webhook in the parameter `webhook`."""
    return rows.filter(webhook_id=Param("webhook", BigIntegerField()))


def deliveries_page(webhook_id: int, state: str, actor: Actor, *, limit: int, offset: int) -> Page:
    """A page of a webhook's deliveries, latest first; with a `state` those alone that are in it."""
    values: dict[str, Any] = {"webhook": webhook_id, **({"state": state} if state else {})}
    return DELIVERIES.page(
        actor,
        limit=limit,
        offset=offset,
        values=values,
        key=("webhook", *values),
        narrow=_of_webhook_and_state if state else of_webhook,
        cacheable=False,
    )


def _of_webhook_and_state(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return of_webhook(rows).filter(state=Param("state", CharField()))
