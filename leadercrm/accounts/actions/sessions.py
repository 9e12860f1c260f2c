"""Logging in and out, and what ends a login."""

from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.registration import Entrance
from leadercrm.accounts.models import User
from leadercrm.core.actions import assign, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, Unauthenticated
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token, revoke_tokens
from leadercrm.tenancy.models import LoginIndex


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """A hash to compare with when nobody has the address: it takes as long as a real one."""
    return make_password("nobody")


def log_in(*, email: str, password: str, actor: Actor, secret: str | None = None) -> Entrance:
    """Exchange an e-mail address and a password for a token.

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
        return Entrance(open_session(user, login=login, secret=secret, actor=actor), user, bound)


@domain_action(permission="accounts.log_in")
def open_session(user: User, *, login: LoginIndex, secret: str | None, actor: Actor) -> str:
    """Issue a token to a user whose password has been checked."""
    before = snapshot(user)
    assign(user, {"last_login": timezone.now()})
    record(actor, user, "user.logged_in", before=before)
    return issue_token(login, secret=secret)


@domain_action(permission="accounts.log_out")
def log_out(user: User, *, actor: Actor) -> None:
    """Revoke the token that the actor came with; their other tokens stay."""
    revoke_tokens(token_id=actor.token_id)
    record(actor, user, "user.logged_out", before=snapshot(user))


def change_own_password(user: User, *, current: str, new: str, actor: Actor) -> None:
    """Change one's password; every token of the user ends, the one in hand too."""
    if not user.check_password(current):
        raise DomainError(_("The current password is not right."), field="current_password")
    set_password(user, hashed=make_password(new), actor=actor)


@domain_action(permission="accounts.change_own_password")
def set_password(user: User, *, hashed: str, actor: Actor) -> None:
    """Store a password that has been hashed, and end the user's logins."""
    user = lock(user)
    before = snapshot(user)
    assign(user, {"password": hashed})
    ended = revoke_tokens(user_id=user.pk)
    record(actor, user, "user.password_changed", before=before, ended_tokens=ended)


@domain_action(permission="accounts.manage_users")
def deactivate_user(user: User, *, actor: Actor) -> None:
    """Bar a user from logging in, and end their logins. Their records stay theirs."""
    user = lock(user)
    before = snapshot(user)
    assign(user, {"is_active": False})
    LoginIndex.objects.filter(pk=user.pk).update(is_active=False)
    revoke_tokens(user_id=user.pk)
    record(actor, user, "user.deactivated", before=before)


@domain_action(permission="accounts.manage_users")
def change_role(user: User, *, role: str, actor: Actor) -> None:
    """Give a user another role; it holds from their next request on."""
    user = lock(user)
    before = snapshot(user)
    assign(user, {"role": role})
    LoginIndex.objects.filter(pk=user.pk).update(role=role)
    record(actor, user, "user.role_changed", before=before)


def _wrong() -> DomainError:
    message = _("These credentials do not match our records.")
    return Unauthenticated(
        message, field="email", code="bad_credentials", hint=_("Check the address and the password.")
    )
