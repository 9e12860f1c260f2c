"""A user's own access tokens: made for a purpose, with fewer rights or an end."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.token_scopes import TokenScope
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken, LoginIndex, TokenKind

MOST_TOKENS = 100


@dataclass(frozen=True)
class Limits:
    """What a token may less than its user; nothing of it is a token that may all. See AccessToken.

    `scopes` are TokenScopes; reading belongs to any choice of them. `addresses` are networks as CIDR has them.
    """

    scopes: Sequence[str] = ()
    agent_name: str = ""
    sends_per_day: int | None = None
    amount_per_day: Decimal | None = None
    addresses: Sequence[str] = ()

    def columns(self) -> dict[str, Any]:
        chosen = {TokenScope.READ, *self.scopes} if self.scopes else set()
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "scopes"}
        abilities = {"abilities": [scope for scope in TokenScope if scope in chosen]} if chosen else {}
        return {**columns, "addresses": list(self.addresses) or None, **abilities}


NO_LIMITS = Limits()


def limits_from(values: dict[str, Any]) -> Limits:
    """Take the limits out of what somebody asks for a token."""
    names = {field.name for field in fields(Limits)} & values.keys()
    taken = {name: values.pop(name) for name in names}
    return Limits(**{name: value for name, value in taken.items() if value is not None})


@domain_action(permission="accounts.manage_own_tokens")
def create_token(
    *,
    name: str,
    read_only: bool = False,
    expires_in_days: int | None = None,
    secret: str | None = None,
    limits: Limits = NO_LIMITS,
    actor: Actor,
) -> tuple[AccessToken, str]:
    """Make a token of the actor's own; returns its row and its text, which can be seen this once.

    Every token expires when it is not used for 90 days; with `expires_in_days` it ends then at the latest.
    `secret` fixes the token's secret, for a request that may be replayed. A token that is limited makes none:
    it could make one that may more.
    """
    if actor.user_id is None or actor.is_limited:
        raise Forbidden(_("A token with limits makes no tokens.") if actor.is_limited else None)
    LoginIndex.objects.select_for_update(no_key=True).get(pk=actor.user_id)  # two at once are counted one by one
    refuse_too_many(actor.user_id)
    ends_at = timezone.now() + timedelta(days=expires_in_days) if expires_in_days else None
    values = {"name": name, "read_only": read_only, "ends_at": ends_at, **limits.columns()}
    token, text = make_token(actor.user_id, secret=secret, **values)
    record(actor, token, "token.created")
    return token, text


def refuse_too_many(user_id: int) -> None:
    """Refuse one token more than a user may have."""
    held = AccessToken.objects.filter(login_id=user_id, revoked_at__isnull=True, expires_at__gt=timezone.now())
    if held.count() >= MOST_TOKENS:
        raise DomainError(_("You have as many tokens as one user may have."), code="too_many_tokens")


@domain_action(permission="accounts.manage_own_tokens")
def revoke_token(token: AccessToken, *, actor: Actor) -> None:
    """End one of the actor's own tokens, at once."""
    if token.login_id != actor.user_id:
        raise NotFound()
    _end(token, actor)


@domain_action(permission="accounts.manage_users")
def end_token(token: AccessToken, *, actor: Actor) -> None:
    """End a token or a session of any user of this tenant, at once."""
    _end(token, actor)


@domain_action(permission="accounts.manage_own_tokens")
def end_other_sessions(*, actor: Actor) -> int:
    """End the actor's sessions in browsers, but for the one that they act in; returns how many there were."""
    if actor.user_id is None:
        raise Forbidden()
    return _end_sessions(actor.user_id, actor, but=actor.token_id)


@domain_action(permission="accounts.manage_users")
def end_sessions(user: User, *, actor: Actor) -> int:
    """End a user's sessions in all browsers, as after a lost telephone; returns how many there were."""
    return _end_sessions(user.pk, actor)


def _end_sessions(user_id: int, actor: Actor, but: int | None = None) -> int:
    held = AccessToken.objects.select_for_update().filter(login_id=user_id, kind=TokenKind.BROWSER)
    sessions = list(held.filter(revoked_at__isnull=True).exclude(pk=but or 0).order_by("pk"))
    for session in sessions:
        amend(session, {"revoked_at": timezone.now()}, actor=actor, action="token.revoked")
    return len(sessions)


def _end(token: AccessToken, actor: Actor) -> None:
    """The table is the platform's: one of another tenant, or ended already, is not found."""
    logins = LoginIndex.objects.filter(tenant_id=current_tenant_id()).values("pk")
    held = AccessToken.objects.select_for_update().filter(login_id__in=logins)
    found = held.filter(pk=token.pk, revoked_at__isnull=True).first()
    if found is None:
        raise NotFound()
    amend(found, {"revoked_at": timezone.now()}, actor=actor, action="token.revoked")
