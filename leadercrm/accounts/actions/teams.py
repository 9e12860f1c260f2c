"""Writing teams: people whose records a manager looks after. A user is in one team or in none."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import Team, User
from leadercrm.core import tally
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

Values = Mapping[str, Any]


@domain_action(permission="accounts.manage_teams")
def create_team(values: Values, *, actor: Actor) -> Team:
    """Make a team, of the users in `member_ids`; they leave the teams that they were in."""
    _refuse_name(values["name"])
    team = Team(name=values["name"])
    team.save()
    record(actor, team, "team.created")
    _set_members(team, values.get("member_ids", []), actor)
    return team


@domain_action(permission="accounts.manage_teams")
def change_team(team: Team, values: Values, *, actor: Actor) -> Team:
    """Rename a team; `member_ids`, if it is there, are its members from now on."""
    team = lock(team)
    if "name" in values:
        _refuse_name(values["name"], but=team)
        amend(team, {"name": values["name"]}, actor=actor, action="team.changed")
    if "member_ids" in values:
        _set_members(team, values["member_ids"], actor)
    return team


@domain_action(permission="accounts.manage_teams")
def delete_team(team: Team, *, actor: Actor) -> None:
    """Remove a team; its members are in none then."""
    team = lock(team)
    _set_members(team, [], actor)
    before = snapshot(team)
    team.delete()
    record(actor, team, "team.deleted", before=before)


def check_team(team_id: int | None) -> None:
    """Refuse a team that is not there. It cannot be deleted before the running transaction ends."""
    if team_id is None:
        return
    if not Team.objects.select_for_update(no_key=True).filter(pk=team_id).exists():
        raise DomainError(_("There is no team with this id."), field="team_id", code="unknown_reference")


def _refuse_name(name: str, but: Team | None = None) -> None:
    """Names are told apart without regard to case; the index has the last word."""
    if Team.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise DomainError(_("There is a team of this name."), field="name", code="not_unique")


def _set_members(team: Team, member_ids: Sequence[int], actor: Actor) -> None:
    """Let these users be the team's, and nobody else. They are locked in one order."""
    concerned = User.objects.filter(Q(pk__in=member_ids) | Q(team=team))
    users = list(concerned.select_for_update().order_by("pk"))
    known = {user.pk for user in users}
    errors = {
        f"member_ids.{place}": [_("There is no user with this id.")]
        for place, user_id in enumerate(member_ids)
        if user_id not in known
    }
    if errors:
        raise DomainError(_("There is no user with this id."), errors=errors, code="unknown_reference")
    for user in users:
        amend(user, {"team_id": team.pk if user.pk in member_ids else None}, actor=actor, action="user.team_changed")
    tally.touch(Team._meta.label_lower)
