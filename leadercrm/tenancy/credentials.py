"""Bearer tokens: from `id|secret` to a tenant and an actor, in one statement on `public`.

Nothing is cached: a revocation, a changed role or a suspension holds on the very next request in
every process, and the statement costs about what a look-up in Redis would. The same statement
sets the connection's search_path to the tenant that it finds, so that binding costs none of its own.
"""

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from leadercrm.core.actor import Actor, Role
from leadercrm.core.database import connection, fetch_first
from leadercrm.core.errors import Unauthenticated
from leadercrm.tenancy.binding import BoundTenant
from leadercrm.tenancy.models import IDLE_LIFE, AccessToken, LoginIndex, TokenKind

TOKEN_SHAPE = re.compile(r"^([0-9]{1,18})\|([A-Za-z0-9]{40,64})$", re.ASCII)
ALPHABET = string.ascii_letters + string.digits
SECRET_LENGTH = 42
TOUCH_EVERY = timedelta(minutes=1)

RESOLVE = """
    SELECT k.secret_hash, k.last_used_at, l.id, l.role, t.id, t.schema_name, t.name, t.settings::text,
           k.abilities::text, set_config('search_path', quote_ident(t.schema_name) || ', extensions', false)
      FROM public.tenancy_accesstoken k
      JOIN public.tenancy_loginindex l ON l.id = k.login_id
      JOIN public.tenancy_tenant t ON t.id = l.tenant_id
     WHERE k.id = %s AND k.kind = %s AND k.revoked_at IS NULL AND k.expires_at > %s
       AND l.is_active AND t.claimed_at IS NOT NULL AND t.suspended_at IS NULL
"""
TOUCH = """
    UPDATE public.tenancy_accesstoken SET last_used_at = %s, expires_at = least(%s + idle_life, ends_at) WHERE id = %s
"""
READ_ONLY = ["read"]


@dataclass(frozen=True)
class Credential:
    """A token that holds: whose it is and in which tenant."""

    token_id: int
    tenant: BoundTenant
    user_id: int
    role: Role
    read_only: bool = False

    def actor(self, *, via: str, ip: str, request_id: str, label: str = "") -> Actor:
        return Actor(
            kind="user",
            via=via,
            user_id=self.user_id,
            role=self.role,
            token_id=self.token_id,
            ip=ip,
            request_id=request_id,
            label=label,
            tenant_settings=self.tenant.settings,
            read_only=self.read_only,
        )


def secret_hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))


def issue_token(login: LoginIndex, *, secret: str | None = None, **values: Any) -> str:
    """Make a token for a login and return its text, the only time that it can be seen."""
    return make_token(login.pk, secret=secret, **values)[1]


def make_token(
    login_id: int,
    *,
    secret: str | None = None,
    kind: TokenKind = TokenKind.API,
    name: str = "",
    read_only: bool = False,
    ends_at: datetime | None = None,
) -> tuple[AccessToken, str]:
    """Make a token of a user: its row and its text."""
    secret = secret or new_secret()
    life = timedelta(hours=settings.BROWSER_SESSION_HOURS) if kind == TokenKind.BROWSER else IDLE_LIFE
    idle_end = timezone.now() + life
    token = AccessToken.objects.create(
        login_id=login_id,
        kind=kind,
        idle_life=life,
        name=name or kind,
        secret_hash=secret_hash(secret),
        abilities=READ_ONLY if read_only else [],
        ends_at=ends_at,
        expires_at=min(idle_end, ends_at or idle_end),
    )
    return token, f"{token.pk}|{secret}"


def revoke_tokens(*, token_id: int | None = None, user_id: int | None = None) -> int:
    """Revoke one token, or all of a user's; returns how many were in force."""
    chosen = {"pk": token_id} if token_id is not None else {"login_id": user_id}
    return AccessToken.objects.filter(revoked_at__isnull=True, **chosen).update(revoked_at=timezone.now())


def resolve_token(text: str, kind: TokenKind = TokenKind.API) -> Credential:
    """The credential of a token of this kind; Unauthenticated for any that is not in force (G-16)."""
    shape = TOKEN_SHAPE.match(text)
    if shape is None:
        raise Unauthenticated()
    token_id, secret = int(shape[1]), shape[2]
    now = timezone.now()
    row = fetch_first(RESOLVE, [token_id, kind, now])
    if row is not None:
        connection.announce_search_path(row[5])
    if row is None or not hmac.compare_digest(row[0], secret_hash(secret)):
        raise Unauthenticated()
    _hash, last_used, user_id, role, tenant_id, schema, tenant_name, tenant_settings, abilities, _path = row
    if last_used is None or now - last_used > TOUCH_EVERY:
        with connection.preparing_cursor(bound=False) as cursor:
            cursor.execute(TOUCH, [now, now, token_id])
    tenant = BoundTenant(tenant_id, schema, tenant_name, orjson.loads(tenant_settings))
    # Reading is what every token may: one with a restriction that this code does not know may no more than that.
    return Credential(token_id, tenant, user_id, Role(role), read_only=abilities != "[]")
