"""The address under which a tenant's mail provider reports what became of mails: one for each tenant.

Its secret is shown when it is made, and never again: what is kept is its SHA-256, which leads to the tenant.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.utils import timezone

from leadercrm.core.database import fetch_first
from leadercrm.core.errors import NotFound
from leadercrm.tenancy.binding import BoundTenant, current_tenant_id
from leadercrm.tenancy.credentials import new_secret, secret_hash
from leadercrm.tenancy.models import MailHook

SHAPE = re.compile(r"[A-Za-z0-9]{42}", re.ASCII)
TOUCH_EVERY = timedelta(minutes=1)
FIND = """
    SELECT h.id, h.last_used_at, t.id, t.schema_name, t.name, t.settings::text
      FROM public.tenancy_mailhook h JOIN public.tenancy_tenant t ON t.id = h.tenant_id
     WHERE h.secret_hash = %s AND t.claimed_at IS NOT NULL AND t.suspended_at IS NULL
"""


@dataclass(frozen=True)
class Hook:
    """An address that somebody came by, and whose it is."""

    id: int
    last_used_at: datetime | None
    tenant: BoundTenant


def current_hook() -> MailHook | None:
    """The bound tenant's."""
    return MailHook.objects.filter(tenant_id=current_tenant_id()).first()


def make_hook() -> tuple[MailHook, str]:
    """Give the bound tenant an address: its row and its secret. One that there was leads nowhere any more."""
    secret = new_secret()
    values = {"secret_hash": secret_hash(secret), "created_at": timezone.now(), "last_used_at": None}
    hook, _made = MailHook.objects.update_or_create(tenant_id=current_tenant_id(), defaults=values)
    return hook, secret


def find_hook(secret: str) -> Hook:
    """Where a secret leads; NotFound if nowhere, a suspended tenant included."""
    row = fetch_first(FIND, [secret_hash(secret)]) if SHAPE.fullmatch(secret) else None
    if row is None:
        raise NotFound()
    return Hook(row[0], row[1], BoundTenant(row[2], row[3], row[4], orjson.loads(row[5])))


def note_use(hook: Hook) -> None:
    """For whoever wonders whether their provider reports at all. Written once a minute at most."""
    now = timezone.now()
    if hook.last_used_at is None or now - hook.last_used_at > TOUCH_EVERY:
        MailHook.objects.filter(pk=hook.id).update(last_used_at=now)
