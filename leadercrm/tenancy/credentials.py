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
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone

from leadercrm.core.actor import Actor, Caps, Role
from leadercrm.core.caps import caps_of
from leadercrm.core.database import fetch_first, this_connection
from leadercrm.core.errors import AddressNotAllowed, Unauthenticated
from leadercrm.core.token_scopes import TokenScope, scopes_of
from leadercrm.tenancy.binding import BoundTenant, current_tenant
from leadercrm.tenancy.models import IDLE_LIFE, AccessToken, LoginIndex, TokenKind

TOKEN_SHAPE = re.compile(r"^([0-9]{1,18})\|([A-Za-z0-9]{40,64})$", re.ASCII)
ALPHABET = string.ascii_letters + string.digits
SECRET_LENGTH = 42
TOUCH_EVERY = timedelta(minutes=1)

RESOLVE = """
    SELECT k.secret_hash, k.last_used_at IS NULL OR k.last_used_at < %s, l.id, l.role, t.id, t.schema_name, t.name,
           t.settings::text, k.abilities::text, k.agent_name, k.sends_per_day, k.amount_per_day, k.addresses,
           k.resource, set_config('search_path', quote_ident(t.schema_name) || ', extensions', false)
      FROM public.tenancy_accesstoken k
      JOIN public.tenancy_loginindex l ON l.id = k.login_id
      JOIN public.tenancy_tenant t ON t.id = l.tenant_id
     WHERE k.id = %s AND k.kind = ANY(%s) AND k.revoked_at IS NULL AND least(k.expires_at, k.secret_ends_at) > %s
       AND l.is_active AND t.claimed_at IS NOT NULL AND t.suspended_at IS NULL
"""
TOUCH = """
    UPDATE public.tenancy_accesstoken SET last_used_at = %s, expires_at = least(%s + idle_life, ends_at) WHERE id = %s
"""
READ_ONLY = ["read"]
API_ALONE = [TokenKind.API]


@dataclass(frozen=True)
class Credential:
    """A token that holds: whose it is and in which tenant."""

    token_id: int
    tenant: BoundTenant
    user_id: int
    role: Role
    read_only: bool = False
    scopes: frozenset[TokenScope] | None = None
    agent_name: str = ""
    caps: Caps | None = None
    addresses: tuple[str, ...] = ()
    # The address that a connection's token is for; "" for those that are for all of ours.
    resource: str = ""

    def check_address(self, ip: str) -> None:
        """Raise AddressNotAllowed for a client whose address is in none of the token's networks."""
        if self.addresses and not _is_in_one_of(self.addresses, ip):
            raise AddressNotAllowed(ip)

    def actor(self, *, via: str, ip: str, request_id: str, label: str = "") -> Actor:
        """Who acts by this token. Whoever acts is made here, so that every door refuses a wrong address."""
        self.check_address(ip)
        return Actor(
            kind="user",
            via=via,
            user_id=self.user_id,
            role=self.role,
            token_id=self.token_id,
            ip=ip,
            request_id=request_id,
            label=label or self.agent_name,
            tenant_settings=self.tenant.settings,
            read_only=self.read_only,
            scopes=self.scopes,
            caps=self.caps,
            is_limited=self.scopes is not None or self.caps is not None or bool(self.addresses),
            is_agent=via == "mcp" or bool(self.agent_name),
        )


def _is_in_one_of(networks: tuple[str, ...], ip: str) -> bool:
    """Whether an address, an IPv4 one in IPv6's clothes included, is in one of the networks; no address is in none."""
    try:
        address = ip_address(ip)
    except ValueError:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain in ip_network(network) for network in networks)


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
    idle_life: timedelta | None = None,
    **limits: Any,
) -> tuple[AccessToken, str]:
    """Make a token of a user: its row and its text. `limits` are further columns of AccessToken.

    Unused it holds for `idle_life`, or as long as its kind does.
    """
    secret = secret or new_secret()
    life = idle_life or (timedelta(hours=settings.BROWSER_SESSION_HOURS) if kind == TokenKind.BROWSER else IDLE_LIFE)
    idle_end = timezone.now() + life
    token = AccessToken.objects.create(
        login_id=login_id,
        kind=kind,
        idle_life=life,
        name=name or kind,
        secret_hash=secret_hash(secret),
        ends_at=ends_at,
        expires_at=min(idle_end, ends_at or idle_end),
        **{"abilities": READ_ONLY if read_only else [], **limits},
    )
    return token, f"{token.pk}|{secret}"


def revoke_tokens(*, token_id: int | None = None, user_id: int | None = None) -> int:
    """Revoke one token, or all of a user's; returns how many were in force."""
    chosen = {"pk": token_id} if token_id is not None else {"login_id": user_id}
    return AccessToken.objects.filter(revoked_at__isnull=True, **chosen).update(revoked_at=timezone.now())


def resolve_token(text: str, *kinds: TokenKind) -> Credential:
    """The credential of a token of these kinds, the API's if none; Unauthenticated where it is not in force (G-16)."""
    shape = TOKEN_SHAPE.match(text)
    if shape is None:
        raise Unauthenticated()
    token_id, secret = int(shape[1]), shape[2]
    now = timezone.now()
    row = fetch_first(RESOLVE, [now - TOUCH_EVERY, token_id, list(kinds) or API_ALONE, now])
    if row is not None:
        this_connection().announce_search_path(row[5])
    if row is None or not hmac.compare_digest(row[0], secret_hash(secret)):
        raise Unauthenticated()
    _hash, is_stale, user_id, role, tenant_id, schema, tenant_name, tenant_settings, abilities, *limits, _path = row
    if is_stale:
        this_connection().run_kept(TOUCH, [now, now, token_id], bound=False)
    tenant = BoundTenant(tenant_id, schema, tenant_name, orjson.loads(tenant_settings))
    return Credential(token_id, tenant, user_id, Role(role), **_limits(abilities, *limits))


def credential_in_force(token_id: int) -> Credential | None:
    """The credential of one of the bound tenant's tokens, without its secret: for what was asked with it before.

    None if it has been revoked or has ended, or its user has been barred.
    """
    now, tenant = timezone.now(), current_tenant()
    held = AccessToken.objects.select_related("login").exclude(kind=TokenKind.BROWSER)
    token = held.filter(pk=token_id, revoked_at__isnull=True, expires_at__gt=now).first()
    if token is None or not token.login.is_active or token.login.tenant_id != tenant.id:
        return None
    limits = (token.agent_name, token.sends_per_day, token.amount_per_day, token.addresses, token.resource)
    abilities = orjson.dumps(token.abilities).decode()
    return Credential(token.pk, tenant, token.login_id, Role(token.login.role), **_limits(abilities, *limits))


def _limits(
    abilities: str,
    agent_name: str,
    sends: int | None,
    amount: Decimal | None,
    addresses: list[str] | None,
    resource: str,
) -> dict[str, Any]:
    """What a token is limited to; most are not, and cost no more than this."""
    named = orjson.loads(abilities)
    scopes = scopes_of(named)
    return {
        # Made for reading alone, or with a restriction that this code does not know.
        "read_only": scopes is not None and scopes.isdisjoint(named),
        "scopes": scopes,
        "agent_name": agent_name,
        "caps": caps_of(sends, amount),
        "addresses": tuple(addresses or ()),
        "resource": resource,
    }
