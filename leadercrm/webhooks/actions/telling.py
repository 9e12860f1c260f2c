"""Telling addresses of events: from the feed to deliveries, and from those to the addresses.

Part of what a worker does in a tenant's turn (leadercrm.tenancy.turns). A message is claimed, and that committed,
before it is sent; one whose claim runs out was in the hands of a worker that died, and is sent again: at least once,
under one id.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import orjson
from django.db import transaction
from django.db.models import F, Min, QuerySet
from django.utils import timezone

from leadercrm.core import outbound
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.sealing import unseal
from leadercrm.webhooks.feed import Position, changes_after
from leadercrm.webhooks.models import Delivery, DeliveryState, Webhook
from leadercrm.webhooks.signing import KIND as SEALED_AS
from leadercrm.webhooks.signing import signed_headers

# After each failed try, how long until the next; after the last, none.
PAUSES = [timedelta(seconds=5), *(timedelta(minutes=m) for m in (2, 10, 60, 240, 720, 1440, 1440))]
LEASE = timedelta(seconds=60)
# An address that has taken nothing for so long is switched off.
PATIENCE = timedelta(days=5)
LOOKED_AT = 500
CLAIMED = 10
POLL = timedelta(seconds=3)
KEPT = timedelta(days=30)
GONE = 410


@dataclass(frozen=True)
class Outcome:
    """What came of a try."""

    status: int | None
    error: str
    milliseconds: int | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def take_up_events() -> int:
    """Make deliveries of what has happened since each address was last told; how many."""
    active = Webhook.objects.filter(is_active=True).order_by("pk")
    return sum(_take_up(pk) for pk in active.values_list("pk", flat=True))


def _held(webhook_id: int) -> Webhook | None:
    """The address, locked; None where another worker is at it."""
    return Webhook.objects.select_for_update(skip_locked=True).filter(pk=webhook_id, is_active=True).first()


@transaction.atomic
def _take_up(webhook_id: int) -> int:
    """Deliveries and position are one transaction: each event becomes one message for each address."""
    webhook = _held(webhook_id)
    if webhook is None:
        return 0
    changes = changes_after(Position(webhook.position_at, webhook.position_id), limit=LOOKED_AT)
    if not changes:
        return 0
    wanted = [each for each in changes if any(fnmatchcase(each.event, pattern) for pattern in webhook.events)]
    Delivery.objects.bulk_create(
        Delivery(webhook=webhook, entry_id=each.position.entry_id, event=each.event, payload=each.told)
        for each in wanted
    )
    last = changes[-1].position
    Webhook.objects.filter(pk=webhook_id).update(position_at=last.at, position_id=last.entry_id)
    return len(changes)


def send_due(seconds: float) -> int:
    """Send what is due, for about so many seconds; how many tries that were."""
    until, tries = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        claimed = _claim()
        for delivery in claimed:
            _settle(delivery, _send(delivery))
        tries += len(claimed)
        if not claimed:
            break
    return tries


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.WAITING, webhook__is_active=True)


@transaction.atomic
def _claim() -> list[Delivery]:
    """A few messages that are due, for this worker alone until their lease ends."""
    due = _waiting().filter(due_at__lte=timezone.now()).order_by("due_at").select_related("webhook")
    claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:CLAIMED])
    ids = [each.pk for each in claimed]
    Delivery.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1, due_at=timezone.now() + LEASE)
    return claimed


def _send(delivery: Delivery) -> Outcome:
    webhook, now = delivery.webhook, timezone.now()
    body = orjson.dumps({"type": delivery.event, "timestamp": delivery.created_at, "data": delivery.payload})
    keys = [unseal(SEALED_AS, webhook.sealed)]
    if webhook.before_until and webhook.before_until > now:
        keys.append(unseal(SEALED_AS, webhook.sealed_before))
    try:
        answer = outbound.post(webhook.url, body, signed_headers(delivery.message_id, int(now.timestamp()), body, keys))
    except outbound.Unreachable as error:
        return Outcome(None, str(error))
    return Outcome(answer.status, "" if answer.status < 300 else _readable(answer.start), answer.milliseconds)


def _readable(start: bytes) -> str:
    text = start.decode(errors="replace").replace("\x00", "")
    return " ".join(text.split())[:500]


@transaction.atomic
def _settle(delivery: Delivery, outcome: Outcome) -> None:
    """Write down what came of a try. `delivery` is as it was before this one was counted."""
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id).first()
    if webhook is None:  # removed meanwhile, and its messages with it
        return
    now, tries = timezone.now(), delivery.attempts + 1
    values: dict[str, Any] = {
        "status_code": outcome.status,
        "error": outcome.error[:500],
        "duration_ms": outcome.milliseconds,
    }
    if outcome.is_success:
        values |= {"state": DeliveryState.DELIVERED, "delivered_at": now}
    elif tries > len(PAUSES) or outcome.status == GONE:
        values |= {"state": DeliveryState.FAILED}
    else:
        values |= {"due_at": now + PAUSES[tries - 1]}
    # Another worker may have it by now, whose word counts then.
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING, attempts=tries).update(**values)
    _judge(webhook, outcome, now)


def _judge(webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    """Switch an address off that wants no more messages, or has taken none for days."""
    if outcome.is_success:
        if webhook.failing_since:
            Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
        return
    since = webhook.failing_since or now
    values: dict[str, Any] = {"failing_since": since}
    if outcome.status == GONE or now - since > PATIENCE:
        values |= {"is_active": False, "disabled_at": now}
    Webhook.objects.filter(pk=webhook.pk).update(**values)


def next_due() -> datetime | None:
    """When the tenant is to have its next turn: soon, as long as anybody is to be told of anything."""
    active = Webhook.objects.filter(is_active=True)
    if not active.exists():
        return None
    first = _waiting().aggregate(at=Min("due_at"))["at"]
    soon = timezone.now() + POLL
    return min(first, soon) if first else soon


@housekeeping
def forget_deliveries() -> None:
    """What was sent is kept for a month, and what waits for an address that is switched off no longer."""
    old = Delivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    old = old.exclude(state=DeliveryState.WAITING, webhook__is_active=True)
    Delivery.objects.filter(pk__in=old.values("pk")[:10_000]).delete()
