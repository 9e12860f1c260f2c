"""Teams: for administrators."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.teams import change_team, create_team, delete_team
from leadercrm.accounts.api.serializers import TeamInput
from leadercrm.accounts.models import User
from leadercrm.accounts.queries import TEAMS
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Column, ListPage
from leadercrm.core.web.wording import called

TEAM = "accounts.manage_teams"


def members() -> Iterable[tuple[Any, Any]]:
    rows = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name", "role")
    return [(pk, f"{name} · {called(role)}") for pk, name, role in rows]


class TeamList(InSettings, ListPage):
    title = _("Teams")
    place_in = "teams"
    required_permission = TEAM
    rows = TEAMS
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("member_ids", _("Members"), template="backoffice/settings/_count.html"),
    )
    row_url = "web:settings-team"
    new_url = "web:settings-team-new"
    new_label = _("New team")
    new_permission = TEAM
    empty_title = _("No teams yet")
    empty_text = _("A manager looks after the records of their team. Make one, and choose who is in it.")


class TeamForm(InSettings, FormPage):
    template = "backoffice/settings/team.html"
    place_in = "teams"
    required_permission = TEAM
    rows = TEAMS
    serializer = TeamInput
    fields = (
        Field("name", _("Name"), half=False),
        Field(
            "member_ids",
            _("Members"),
            "checks",
            options=members,
            hint=_("The managers among them lead the team. Somebody chosen here leaves the team that they were in."),
            half=False,
        ),
    )
    create_action = create_team
    update_action = change_team
    place = ("web:settings-teams", "web:settings-team", _("New team"), _("Change team"))

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse("web:settings-teams")

    def after(self, saved: Any) -> str:
        return reverse("web:settings-teams")


class TeamDelete(ActPage):
    rows = TEAMS
    required_permission = TEAM
    action = delete_team
    done = _("The team is gone. Its members are in none now.")
    then_list = "web:settings-teams"
