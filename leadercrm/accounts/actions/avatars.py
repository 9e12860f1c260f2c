"""Giving a user another portrait, or none."""

from django.db import transaction

from leadercrm.accounts import portraits
from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action, lock
from leadercrm.core.actor import Actor


def change_avatar(user: User, *, image: bytes, actor: Actor) -> User:
    """Make a user's portrait of a picture. Their own, or an administrator's doing.

    The picture is looked at, and its file written, before any lock is taken.
    """
    actor.require_writing()
    actor.require("accounts.change_user", user)
    name = portraits.keep(portraits.normalized(image))
    try:
        return set_avatar(user, name=name, actor=actor)
    except BaseException:
        portraits.forget(name)
        raise


@domain_action(permission="accounts.change_user")
def set_avatar(user: User, *, name: str, actor: Actor) -> User:
    """Let a user's portrait be this file, none if it is empty; the one before is removed."""
    user = lock(user)
    before = user.avatar
    if amend(user, {"avatar": name}, actor=actor, action="user.changed") and before:
        transaction.on_commit(lambda: portraits.forget(before))
    return user
