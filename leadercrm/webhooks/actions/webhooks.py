"""Addresses that are told of events: making, changing and removing them, and having messages sent again."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.outbound import checked_address
from leadercrm.core.sealing import seal
from leadercrm.tenancy import turns
from leadercrm.webhooks.feed import Position
from leadercrm.webhooks.models import Delivery, DeliveryState, Webhook
from leadercrm.webhooks.signing import KIND as SEALED_AS
from leadercrm.webhooks.signing import new_secret

KIND = "webhooks"
MOST = 20
# So long both secrets sign, for receivers that have not got the new one yet.
BOTH_SECRETS = timedelta(hours=24)
REPLAYED_AT_MOST = timedelta(days=7)
PATTERN = re.compile(r"\*|[a-z_]{1,30}\.(\*|[a-z_]{1,40})", re.ASCII)
Values = dict[str, Any]


@domain_action(permission="webhooks.manage")
def create_webhook(values: Values, *, actor: Actor) -> tuple[Webhook, str]:
    """Have an address told of events from now on; the secret is told this once. At most 20."""
    if Webhook.objects.count() >= MOST:
        raise DomainError(_("An account has at most %(most)s of them.") % {"most": MOST}, field="url", code="too_many")
    secret, now = new_secret(), Position.now()
    webhook = Webhook(
        **_checked(values),
        sealed=seal(SEALED_AS, secret),
        position_at=now.at,
        position_id=now.entry_id,
        created_by_id=actor.user_id,
    )
    webhook.save()
    record(actor, webhook, "webhook.created")
    turns.announce(KIND)
    return webhook, secret


@domain_action(permission="webhooks.manage")
def change_webhook(webhook: Webhook, values: Values, *, actor: Actor) -> Webhook:
    """Change what is sent. One that is made active again is told of what happens from then on."""
    webhook = lock(webhook)
    values = _checked(values)
    if values.get("is_active") and not webhook.is_active:
        now = Position.now()
        values |= {"position_at": now.at, "position_id": now.entry_id, "failing_since": None, "disabled_at": None}
    amend(webhook, values, actor=actor, action="webhook.changed")
    turns.announce(KIND)
    return webhook


@domain_action(permission="webhooks.manage")
def delete_webhook(webhook: Webhook, *, actor: Actor) -> None:
    """Tell an address of nothing any more; what was sent to it is forgotten."""
    webhook = lock(webhook)
    before = snapshot(webhook)
    webhook.delete()
    record(actor, webhook, "webhook.deleted", before=before)


@domain_action(permission="webhooks.manage")
def rotate_webhook_secret(webhook: Webhook, *, actor: Actor) -> str:
    """A new secret, told this once. For a day the one before signs as well."""
    webhook, secret = lock(webhook), new_secret()
    values = {
        "sealed": seal(SEALED_AS, secret),
        "sealed_before": webhook.sealed,
        "before_until": timezone.now() + BOTH_SECRETS,
    }
    amend(webhook, values, actor=actor, action="webhook.secret_rotated")
    return secret


@domain_action(permission="webhooks.manage")
def test_webhook(webhook: Webhook, *, actor: Actor) -> Delivery:
    """Send the address a message that tries it, whatever events it wants."""
    webhook = lock(webhook)
    _require_active(webhook)
    delivery = Delivery(webhook=webhook, event="webhook.test", payload={"webhook_id": webhook.pk})
    delivery.save()
    turns.announce(KIND)
    return delivery


@domain_action(permission="webhooks.manage")
def resend_delivery(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Send a message once more, under the id that it had: who has it already can tell."""
    webhook, delivery = lock(delivery.webhook), lock(delivery)
    _require_active(webhook)
    values = {"state": DeliveryState.WAITING, "attempts": 0, "due_at": timezone.now(), "error": ""}
    Delivery.objects.filter(pk=delivery.pk).update(**values)
    turns.announce(KIND)
    return Delivery.objects.get(pk=delivery.pk)


@domain_action(permission="webhooks.manage")
def replay_webhook(webhook: Webhook, *, since: datetime, actor: Actor) -> Webhook:
    """Tell an address once more of all that has happened since a moment, of the last seven days."""
    webhook = lock(webhook)
    _require_active(webhook)
    if since < timezone.now() - REPLAYED_AT_MOST or since > timezone.now():
        raise DomainError(_("Must be a moment of the last seven days."), field="since")
    amend(webhook, {"position_at": since, "position_id": 0}, actor=actor, action="webhook.replayed")
    turns.announce(KIND)
    return webhook


def _require_active(webhook: Webhook) -> None:
    if not webhook.is_active:
        raise DomainError(
            _("This webhook is switched off."),
            field="is_active",
            code="webhook_inactive",
            hint=_("Change it: is_active true."),
        )


def _checked(values: Values) -> Values:
    if "url" in values:
        checked_address(values["url"], "url")
    if "events" in values:
        for place, pattern in enumerate(values["events"]):
            if not PATTERN.fullmatch(pattern):
                message = _("Must be *, an event such as quote.sent, or all of a resource such as deal.*")
                raise DomainError(message, field=f"events.{place}")
        values = {**values, "events": sorted(set(values["events"]))}
    return values
