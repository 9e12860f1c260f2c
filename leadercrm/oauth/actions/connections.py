"""Connections: what a client was given by somebody's consent, refreshed, and ended.

A connection is one access token of the kind "oauth". Refreshing gives it another secret, and not another row, so
that its caps, its last use and its place in the settings stay with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.token_scopes import TokenScope
from leadercrm.oauth.models import Client, RefreshToken, digest
from leadercrm.tenancy.credentials import make_token, new_secret, secret_hash
from leadercrm.tenancy.models import IDLE_LIFE, AccessToken, TokenKind

# How long a secret holds until it is refreshed.
SECRET_LIFE = timedelta(hours=1)


class Reused(Exception):
    """A refresh token that has been used before: whoever brings it, one of the two has stolen it."""

    def __init__(self, token: AccessToken) -> None:
        super().__init__(token.pk)
        self.token = token


@domain_action(permission="accounts.manage_own_tokens")
def open_connection(client: Client, *, scopes: Sequence[str], resource: str, refresh: str, actor: Actor) -> str:
    """Give a client what its user has consented to; returns the access token's text. `refresh` is kept by its hash."""
    assert actor.user_id is not None  # noqa: S101 - a code is a user's
    token, text = make_token(
        actor.user_id,
        kind=TokenKind.OAUTH,
        name=client.title,
        agent_name=client.title,
        abilities=ordered(scopes),
        resource=resource,
        secret_ends_at=timezone.now() + SECRET_LIFE,
    )
    RefreshToken.objects.create(token=token, client=client, secret_hash=digest(refresh))
    record(actor, token, "token.created")
    return text


@domain_action(permission="accounts.manage_own_tokens")
def renew_connection(used: RefreshToken, *, scopes: Sequence[str], refresh: str, actor: Actor) -> str:
    """Give a connection another secret, and what it is refreshed with next; returns the access token's text.

    Under the lock of the refresh token, which holds once: Reused for the second of two. With fewer `scopes` than the
    connection has, it has no more from now on.
    """
    used = RefreshToken.objects.select_for_update().get(pk=used.pk)
    # As it is now: somebody may have taken rights from it since the refresh was asked for.
    token, now = AccessToken.objects.select_for_update().get(pk=used.token_id), timezone.now()
    if used.used_at is not None:
        raise Reused(used.token)
    used.used_at = now
    used.save(update_fields=["used_at"])
    RefreshToken.objects.create(token=token, client_id=used.client_id, secret_hash=digest(refresh))
    return with_new_secret(token, [scope for scope in ordered(scopes) if scope in token.abilities], now, actor)


def with_new_secret(token: AccessToken, abilities: list[str], now: datetime, actor: Actor) -> str:
    """Give a connection's token another secret and another hour; its text. Called under the refresh token's lock."""
    before, secret = snapshot(token), new_secret()
    unused_until = now + IDLE_LIFE
    values = {
        "secret_hash": secret_hash(secret),
        "secret_ends_at": now + SECRET_LIFE,
        "expires_at": min(unused_until, token.ends_at or unused_until),
    }
    narrowed = abilities != token.abilities
    token.abilities = abilities
    for name, value in values.items():
        setattr(token, name, value)
    token.save(update_fields=["abilities", *values])
    if narrowed:
        record(actor, token, "token.narrowed", before=before)
    return f"{token.pk}|{secret}"


@domain_action(permission="accounts.manage_own_tokens")
def close_connection(token: AccessToken, *, reason: str = "", actor: Actor) -> None:
    """End a connection: neither its token nor what it would be refreshed with holds any more. Ended ones stay so."""
    held = AccessToken.objects.select_for_update().filter(pk=token.pk, revoked_at__isnull=True).first()
    if held is not None:
        notes: dict[str, Any] = {"reason": reason} if reason else {}
        before = snapshot(held)
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at"])
        record(actor, held, "token.revoked", before=before, **notes)


def ordered(scopes: Sequence[str]) -> list[str]:
    """Scopes as they are kept: those that there are, with reading, in their order."""
    return [scope for scope in TokenScope if scope == TokenScope.READ or scope in scopes]
