"""What documents and payments take from the daily cap of the token that an agent or a program came with."""

from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Model

from billing.terms import terms
from leadercrm.core.actor import Actor
from leadercrm.core.caps import count_amount
from leadercrm.core.clock import tenant_today, tenant_zone
from leadercrm.core.models import AuditEntry

# What counts a document's whole sum: whoever made or sent it today has paid for it already.
COUNTED = ("created", "sent", "revised")


def charge(actor: Actor, amount: Decimal, currency: str) -> None:
    """Count money that the actor creates. Raises CapReached; the last thing that an action does."""
    if actor.caps is not None:
        count_amount(actor, amount, currency, terms().currency)


def charge_sending(actor: Actor, document: Any) -> None:
    """Count a document that is sent, unless this token has made or sent it today: one sum is counted once a day.

    To be called before the sending is recorded.
    """
    if actor.caps is not None and not _counted_today(actor, document):
        charge(actor, document.total, document.currency)


def _counted_today(actor: Actor, document: Model) -> bool:
    midnight = datetime.combine(tenant_today(), time(), tenant_zone())
    kind = document._meta.model_name
    entries = AuditEntry.objects.filter(object_type=document._meta.label_lower, object_id=document.pk)
    actions = [f"{kind}.{verb}" for verb in COUNTED]
    return entries.filter(token_id=actor.token_id, at__gte=midnight, action__in=actions).exists()
