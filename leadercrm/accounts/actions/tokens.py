"""A user's own access tokens: made for a purpose, with fewer rights or an end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action, record
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.token_scopes import TokenScope, scopes_of
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


@domain_action(permission="accounts.manage_own_tokens")
def change_token(token: AccessToken, values: Mapping[str, Any], *, actor: Actor) -> AccessToken:
    """Change what a token is called and may: one's own, or as an administrator anybody's. It holds from the next call.

    `values` are those of Limits, `name`, and `expires_in_days` (from now; None: only for want of use). What is absent
    stays. Rights are taken away and not given: whoever has its secret was trusted with no more. An agent's name may be
    another one but not none, for what an agent does is kept and judged. No agent changes any, nor a limited token.
    """
    if actor.is_agent or actor.is_limited:
        raise Forbidden(_("A token with limits changes no tokens."))
    held = _locked(token)
    is_ours = held.login_id == actor.user_id or actor.role == Role.ADMIN
    if not is_ours or held.kind == TokenKind.BROWSER or held.expires_at <= timezone.now():
        raise NotFound()
    amend(held, _changes(held, values), actor=actor, action="token.changed")
    return held


def _changes(token: AccessToken, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the token's columns."""
    plain = ("name", "agent_name", "sends_per_day", "amount_per_day")
    columns = {name: values[name] for name in plain if name in values}
    if token.agent_name and not columns.get("agent_name", token.agent_name):
        raise DomainError(_("What is an agent's stays so: give it another name."), field="agent_name")
    if "addresses" in values:
        columns["addresses"] = list(values["addresses"] or ()) or None
    if "expires_in_days" in values:
        columns |= _ends(token, values["expires_in_days"])
    return columns | (_narrowed(token, values["scopes"]) if "scopes" in values else {})


def _ends(token: AccessToken, days: int | None) -> dict[str, Any]:
    now = timezone.now()
    ends_at, idle_end = now + timedelta(days=days) if days else None, now + token.idle_life
    return {"ends_at": ends_at, "expires_at": min(idle_end, ends_at or idle_end)}


def _narrowed(token: AccessToken, scopes: Sequence[str] | None) -> dict[str, Any]:
    """The token with these scopes and reading, or with all for None; it must have had them."""
    has, wanted = scopes_of(token.abilities), None if scopes is None else {TokenScope.READ, *scopes}
    if wanted == has:
        return {}
    if wanted is None or (has is not None and not wanted <= has):
        raise DomainError(
            _("A token gets no further rights: make another one."),
            field="scopes",
            code="scope_not_held",
            hint=_("It has: %(scopes)s.") % {"scopes": ", ".join(sorted(has or ()))},
        )
    return {"abilities": [scope for scope in TokenScope if scope in wanted]}


def refuse_too_many(user_id: int) -> None:
    """Refuse one token more than a user may have."""
    held = AccessToken.objects.filter(login_id=user_id, revoked_at__isnull=True, expires_at__gt=timezone.now())
    if held.count() >= MOST_TOKENS:
        raise DomainError(_("You have as many tokens as one user may have."), field="name", code="too_many_tokens")


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
    amend(_locked(token), {"revoked_at": timezone.now()}, actor=actor, action="token.revoked")


def _locked(token: AccessToken) -> AccessToken:
    """The token as it is now. The table is the platform's: one of another tenant, or revoked already, is not found."""
    logins = LoginIndex.objects.filter(tenant_id=current_tenant_id()).values("pk")
    held = AccessToken.objects.select_for_update().filter(login_id__in=logins)
    found: AccessToken | None = held.filter(pk=token.pk, revoked_at__isnull=True).first()
    if found is None:
        raise NotFound()
    return found
