"""Users and invitations: for administrators."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.invitations import invite, resend_invitation, revoke_invitation
from leadercrm.accounts.actions.second_factor import reset_second_factor
from leadercrm.accounts.actions.tokens import end_sessions
from leadercrm.accounts.actions.users import change_user, deactivate_user, reactivate_user
from leadercrm.accounts.api.serializers import InvitationInput, UserInput
from leadercrm.accounts.filters import UserFilter
from leadercrm.accounts.models import LANGUAGE_CHOICES, SecondFactor, Team, User
from leadercrm.accounts.queries import INVITATIONS, USERS
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.backoffice.settings.yours import MOST_SHOWN, tokens_in_force
from leadercrm.core.actor import Role
from leadercrm.core.api import throttling
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import row_of
from leadercrm.core.web.wording import call_values, called
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import TokenKind

call_values(
    {
        "admin": ("purple", _("Administrator")),
        "manager": ("blue", _("Manager")),
        "sales": ("green", _("Sales")),
        "viewer": ("secondary", _("Viewer")),
        "accepted": ("green", _("Accepted")),
        "revoked": ("secondary", _("Revoked")),
    }
)
SHOWN_OF_USER = ("id", "name", "email", "role", "team_id", "language", "is_active")
MANAGE, INVITE = "accounts.manage_users", "accounts.invite_users"


def roles() -> Iterable[tuple[Any, Any]]:
    return [(role.value, called(role.value)) for role in Role]


def teams() -> Iterable[tuple[Any, Any]]:
    return Team.objects.order_by("name").values_list("pk", "name")


ROLE_HINT = _(
    "Administrators may do everything. Managers change and delete what is their team's, sales staff change what is"
    " theirs, viewers read."
)
ROLE = Field("role", _("Role"), "choice", options=roles, hint=ROLE_HINT)
TEAM_FIELD = Field("team_id", _("Team"), "choice", options=teams)
LANGUAGE = Field("language", _("Language"), "choice", options=lambda: LANGUAGE_CHOICES)


class UserList(InSettings, ListPage):
    title = _("Users")
    place_in = "users"
    required_permission = MANAGE
    rows = USERS
    filters = UserFilter.base_filters
    columns = (
        Column("name", _("Name"), "person", sort="name"),
        Column("email", _("E-mail address"), "email", sort="email"),
        Column("role", _("Role"), "badge"),
        Column("team_name", _("Team")),
        Column("is_active", _("May log in"), "flag"),
    )
    choices = (
        Choice("role", _("Any role"), roles),
        Choice("team_id", _("Any team"), teams),
        Choice("is_active", _("Active or not"), lambda: (("true", _("May log in")), ("false", _("Barred")))),
    )
    row_url = "web:settings-user"
    new_url = "web:settings-invite"
    new_label = _("Invite")
    new_permission = INVITE

    def given(self) -> dict[str, Any]:
        return {"base_url": ""}


class UserForm(InSettings, FormPage):
    """What somebody is called and may do, their sessions, and the way out."""

    template = "backoffice/settings/user.html"
    place_in = "users"
    required_permission = MANAGE
    rows = USERS
    serializer = UserInput
    fields = (Field("name", _("Name")), ROLE, TEAM_FIELD, LANGUAGE)
    update_action = change_user
    place = ("web:settings-users", "web:settings-user", "", "")

    def _row(self) -> dict[str, Any]:
        user = self.found(USERS)
        return {
            name: getattr(user, name) for name in ("id", "name", "email", "role", "team_id", "language", "is_active")
        }

    def found(self, rows: Any) -> User:
        from_rows: User = row_of(rows, self.kwargs["pk"], self.actor)
        return from_rows

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        return change_user(self.found(USERS), values, actor=self.actor)

    def beside(self) -> dict[str, Any]:
        pk = self.kwargs["pk"]
        sessions = tokens_in_force(TokenKind.BROWSER).filter(login_id=pk, login__tenant_id=current_tenant_id())
        factor = SecondFactor.objects.filter(user_id=pk, confirmed_at__isnull=False).exists()
        return {"sessions": sessions[:MOST_SHOWN], "factor": factor}

    def back_to(self, row: dict[str, Any] | None) -> str:
        return reverse("web:settings-users")

    def called(self, row: dict[str, Any] | None) -> Any:
        return User.objects.values_list("name", flat=True).get(pk=self.kwargs["pk"])


class UserAct(ActPage):
    """A button on a user's page."""

    rows = USERS
    required_permission = MANAGE
    then = "web:settings-user"


class UserDeactivate(UserAct):
    action = deactivate_user
    done = _("They can no longer log in. What is theirs stays theirs: give it to somebody else in its lists.")


class UserReactivate(UserAct):
    action = reactivate_user
    done = _("They can log in with the password that they had.")


class UserEndSessions(UserAct):
    action = end_sessions
    done = _("Their sessions have ended. They have to log in again.")


class UserFactor(UserAct):
    action = reset_second_factor
    done = _("The second factor is gone: they log in by the password alone until they set up another.")


class InvitationList(InSettings, ListPage):
    title = _("Invitations")
    place_in = "invitations"
    required_permission = INVITE
    rows = INVITATIONS
    columns = (
        Column("email", _("E-mail address"), sort="email"),
        Column("role", _("Role"), "badge"),
        Column("status", _("Status"), "badge"),
        Column("sent_at", _("Sent"), "moment", sort="sent_at"),
        Column("expires_at", _("Holds until"), "day"),
        Column("id", _("Do"), template="backoffice/settings/_invitation.html"),
    )
    new_url = "web:settings-invite"
    new_label = _("Invite")
    new_permission = INVITE
    empty_title = _("Nobody has been invited yet")
    empty_text = _("Invite a colleague: they get a mail with a link, and choose their own password.")


class InviteForm(InSettings, FormPage):
    """Ask somebody in."""

    template = "backoffice/settings/form.html"
    place_in = "invitations"
    required_permission = INVITE
    rows = INVITATIONS
    serializer = InvitationInput
    fields = (Field("email", _("E-mail address"), "email"), Field("name", _("Name")), ROLE, TEAM_FIELD, LANGUAGE)
    create_action = invite
    place = ("web:settings-invitations", "web:settings-invitations", _("Invite"), "")
    done = _("The invitation is on its way. The link in it holds for seven days.")

    def preset(self) -> dict[str, Any]:
        return {"role": Role.SALES.value, "language": LANGUAGE_CHOICES[0][0], **super().preset()}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        throttling.INVITE.spend(str(current_tenant_id()))
        return super().post(request, **kwargs)

    def after(self, saved: Any) -> str:
        return reverse("web:settings-invitations")


class InvitationAct(ActPage):
    rows = INVITATIONS
    required_permission = INVITE
    then_list = "web:settings-invitations"


class InvitationResend(InvitationAct):
    action = resend_invitation
    done = _("Sent again. The link before holds no more.")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        throttling.INVITE.spend(str(current_tenant_id()))
        return super().post(request, pk)


class InvitationRevoke(InvitationAct):
    action = revoke_invitation
    done = _("The invitation is revoked: its link holds no more.")
