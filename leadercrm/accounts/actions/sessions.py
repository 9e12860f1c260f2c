"""Logging in and out."""

from datetime import timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.enrolment import Entrance
from leadercrm.accounts.actions.second_factor import challenged, check_second_factor, still_the_same
from leadercrm.accounts.models import User
from leadercrm.core.actions import assign, domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Unauthenticated
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token, revoke_tokens
from leadercrm.tenancy.models import LoginIndex, TokenKind


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """A hash to compare with when nobody has the address: it takes as long as a real one."""
    return make_password("nobody")


def log_in(
    *,
    email: str,
    password: str,
    actor: Actor,
    code: str | None = None,
    secret: str | None = None,
    kind: TokenKind = TokenKind.API,
    life: timedelta | None = None,
    idle_life: timedelta | None = None,
) -> Entrance:
    """Exchange an e-mail address and a password, and a `code` of those with a second factor, for a token of this kind.

    With `life` the token ends then, used or not; `idle_life` is how long it holds unused, if not as long as its kind.
    Unknown address, wrong password, inactive user and suspended tenant look and take the same (A-06).
    Whether there is a second factor is told to those alone who know the password.
    """
    login = LoginIndex.objects.select_related("tenant").filter(email=email.lower()).first()
    if login is None:
        check_password(password, _nobodys_password())
        raise _wrong()
    bound = BoundTenant.of(login.tenant)
    with bind(bound, inside_transaction=True):
        user = User.objects.get(pk=login.pk)
        matches = user.check_password(password)
        if not (matches and login.is_active and login.tenant.suspended_at is None):
            raise _wrong()
        with transaction.atomic():
            check_second_factor(user, code)
            lives = {"life": life, "idle_life": idle_life}
            token = open_session(user, login=login, secret=secret, kind=kind, **lives, actor=actor)
            return Entrance(token, user, bound)


def log_in_with_code(
    *,
    challenge: str,
    code: str,
    actor: Actor,
    kind: TokenKind = TokenKind.BROWSER,
    idle_life: timedelta | None = None,
) -> Entrance:
    """The second step of a page's login: who has just given the password gives a code."""
    pk, mark = challenged(challenge)
    login = LoginIndex.objects.select_related("tenant").filter(pk=pk, is_active=True).first()
    if login is None or login.tenant.suspended_at is not None:
        raise _wrong()
    bound = BoundTenant.of(login.tenant)
    with bind(bound, inside_transaction=True), transaction.atomic():
        user = User.objects.get(pk=pk)
        if not still_the_same(user, mark):
            raise _wrong()
        check_second_factor(user, code or "-")
        token = open_session(user, login=login, secret=None, kind=kind, idle_life=idle_life, actor=actor)
        return Entrance(token, user, bound)


@domain_action(permission="accounts.log_in")
def open_session(
    user: User,
    *,
    login: LoginIndex,
    secret: str | None,
    kind: TokenKind,
    life: timedelta | None = None,
    idle_life: timedelta | None = None,
    actor: Actor,
) -> str:
    """Issue a token to a user whose password has been checked."""
    before = snapshot(user)
    assign(user, {"last_login": timezone.now()})
    record(actor, user, "user.logged_in", before=before)
    ends_at = timezone.now() + life if life else None
    return issue_token(login, kind=kind, secret=secret, ends_at=ends_at, idle_life=idle_life)


@domain_action(permission="accounts.log_out")
def log_out(user: User, *, actor: Actor) -> None:
    """Revoke the token that the actor came with; their other tokens stay."""
    revoke_tokens(token_id=actor.token_id)
    record(actor, user, "user.logged_out", before=snapshot(user))


def _wrong() -> DomainError:
    message = _("These credentials do not match our records.")
    return Unauthenticated(
        message, field="email", code="bad_credentials", hint=_("Check the address and the password.")
    )
