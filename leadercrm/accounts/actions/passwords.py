"""Changing one's password, and setting a new one when it is forgotten."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actions import after_commit, assign, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import revoke_tokens
from leadercrm.tenancy.links import InvalidLink, drop_links, find_link, make_link, use_link
from leadercrm.tenancy.models import LoginIndex, OneTimeLink

RESET = OneTimeLink.Purpose.PASSWORD_RESET
RESET_LIFE = timedelta(hours=1)
# Every answer to a forgotten password takes this long: writing a link, a work row and an audit entry
# takes a tenth of it, and by that tenth an address with an account would be told from one without.
ANSWER_SECONDS = 0.15


@contextmanager
def always_as_late() -> Iterator[None]:
    """Let what is done take as long whatever it finds. A refusal of the request itself is told at once."""
    answer_at = time.monotonic() + ANSWER_SECONDS
    yield
    time.sleep(max(0.0, answer_at - time.monotonic()))


def change_own_password(user: User, *, current: str, new: str, actor: Actor) -> None:
    """Change one's password; every token of the user ends, the one in hand too."""
    if not user.check_password(current):
        raise DomainError(_("The current password is not right."), field="current_password")
    set_password(user, hashed=make_password(new), actor=actor)


@domain_action(permission="accounts.change_own_password")
def set_password(user: User, *, hashed: str, actor: Actor) -> None:
    """Store a password that has been hashed, and end the user's logins."""
    _store(lock(user), hashed, actor, "user.password_changed")


def ask_for_reset(*, email: str, actor: Actor) -> None:
    """Mail a link to set a new password, if this address has an account that may log in.

    Whether it has is not told: to keep it, the caller must answer the same, and as late, either way.
    """
    logins = LoginIndex.objects.select_related("tenant").filter(email=email.lower(), is_active=True)
    login = logins.filter(tenant__suspended_at__isnull=True).first()
    if login is None:
        return
    with bind(BoundTenant.of(login.tenant), inside_transaction=True):
        offer_reset(User.objects.get(pk=login.pk), actor=actor)


@domain_action(permission="accounts.ask_for_reset")
def offer_reset(user: User, *, actor: Actor) -> None:
    """Make the user's link, in place of one that there was, and mail it."""
    user = lock(user)
    make_link(RESET, user.pk, life=RESET_LIFE)
    record(actor, user, "user.reset_requested", before=snapshot(user))
    after_commit("accounts.send_reset", user_id=user.pk)


def reset_password(*, token: str, password: str, actor: Actor) -> None:
    """Set a new password by the link that was mailed, once; every token of the user ends.

    Refuses a link that is used, replaced or expired, and the one of somebody who may not log in.
    """
    link = find_link(token, RESET)
    hashed = make_password(password)
    with bind(BoundTenant.of(link.tenant), inside_transaction=True):
        user = User.objects.filter(pk=link.subject_id).first()
        if user is None:
            raise InvalidLink
        store_reset(user, link=link, hashed=hashed, actor=actor)


@domain_action(permission="accounts.reset_password")
def store_reset(user: User, *, link: OneTimeLink, hashed: str, actor: Actor) -> None:
    """Use the link up and store the password."""
    user = lock(user)
    if not user.is_active:
        raise InvalidLink
    use_link(link)
    _store(user, hashed, actor, "user.password_reset")


def _store(user: User, hashed: str, actor: Actor, action: str) -> None:
    before = snapshot(user)
    assign(user, {"password": hashed})
    drop_links(RESET, user.pk)
    ended = revoke_tokens(user_id=user.pk)
    record(actor, user, action, before=before, ended_tokens=ended)
