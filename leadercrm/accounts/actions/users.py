"""Changing users: what they are called, what they may do, whether they may log in."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.teams import check_team
from leadercrm.accounts.joining import joined
from leadercrm.accounts.models import User
from leadercrm.core.actions import amend, domain_action, lock
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.tenancy.credentials import revoke_tokens
from leadercrm.tenancy.links import drop_links
from leadercrm.tenancy.models import LoginIndex, OneTimeLink

# What everybody may change of themselves; the rest is for administrators.
OWN = {"name", "language", "absent_from", "absent_until"}


@domain_action(permission="accounts.change_user")
def change_user(user: User, values: Mapping[str, Any], *, actor: Actor) -> User:
    """Change what `values` names: name, language, absence, role, team_id. A role holds from the next request on.

    Refuses others than administrators what is not theirs, unless it stays as it is; to take the role from the
    last active administrator; and an absence that ends before it begins.
    """
    check_team(values.get("team_id"))
    user = _hold(user, leaving=values.get("role", Role.ADMIN) != Role.ADMIN, field="role")
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    if changed.keys() - OWN:
        actor.require("accounts.manage_users")
    _check_absence({"absent_from": user.absent_from, "absent_until": user.absent_until, **changed})
    amend(user, changed, actor=actor, action="user.changed")
    if "role" in changed:
        LoginIndex.objects.filter(pk=user.pk).update(role=user.role)
    return user


def _check_absence(values: Mapping[str, Any]) -> None:
    first, last = values["absent_from"], values["absent_until"]
    if last is not None and (first is None or last < first):
        raise DomainError(_("The last day away must not come before the first one."), field="absent_until")


def change_role(user: User, *, role: str, actor: Actor) -> User:
    """Give a user another role."""
    return change_user(user, {"role": role}, actor=actor)


@domain_action(permission="accounts.manage_users")
def deactivate_user(user: User, *, actor: Actor) -> User:
    """Bar a user from logging in, and end their logins. Their records stay theirs.

    Refuses the last active administrator.
    """
    user = _hold(user, leaving=True)
    if amend(user, {"is_active": False}, actor=actor, action="user.deactivated"):
        LoginIndex.objects.filter(pk=user.pk).update(is_active=False)
        revoke_tokens(user_id=user.pk)
        drop_links(OneTimeLink.Purpose.PASSWORD_RESET, user.pk)
    return user


@domain_action(permission="accounts.manage_users")
def reactivate_user(user: User, *, actor: Actor) -> User:
    """Let a user log in again, with the password that they had."""
    user = lock(user)
    if amend(user, {"is_active": True}, actor=actor, action="user.reactivated"):
        LoginIndex.objects.filter(pk=user.pk).update(is_active=True)
        joined(user)
    return user


def _hold(user: User, *, leaving: bool, field: str | None = None) -> User:
    """The user, locked; with `leaving` all active administrators as well, and the last one is refused.

    They are locked in one order, by one statement: of two administrators who demote each other the
    second waits here, and finds themselves to be no administrator or the other to be the last.
    """
    if not leaving:
        return lock(user)
    held = _locked(user)
    target = next((row for row in held if row.pk == user.pk), None)
    if target is None:
        raise NotFound()
    admins = [row for row in held if row.role == Role.ADMIN and row.is_active]
    if admins == [target]:
        raise DomainError(
            _("This is the last active administrator."),
            field=field,
            code="last_admin",
            hint=_("Make another user an administrator first."),
        )
    return target


def _locked(user: User) -> list[User]:
    """The user and the tenant's active administrators."""
    wanted = User.objects.filter(Q(role=Role.ADMIN, is_active=True) | Q(pk=user.pk))
    return list(wanted.select_for_update().order_by("pk"))
