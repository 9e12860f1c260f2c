"""Logging in and out."""

from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.enrolment import Entrance
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
    *, email: str, password: str, actor: Actor, secret: str | None = None, kind: TokenKind = TokenKind.API
) -> Entrance:
    """Exchange an e-mail address and a password for a token of this kind.

    Unknown address, wrong password, inactive user and suspended tenant look and take the same (A-06).
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
        return Entrance(open_session(user, login=login, secret=secret, kind=kind, actor=actor), user, bound)


@domain_action(permission="accounts.log_in")
def open_session(user: User, *, login: LoginIndex, secret: str | None, kind: TokenKind, actor: Actor) -> str:
    """Issue a token to a user whose password has been checked."""
    before = snapshot(user)
    assign(user, {"last_login": timezone.now()})
    record(actor, user, "user.logged_in", before=before)
    return issue_token(login, kind=kind, secret=secret)


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
