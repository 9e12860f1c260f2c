"""Users, teams and invitations under /api/v1."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.invitations import accept_invitation, invite, resend_invitation, revoke_invitation
from leadercrm.accounts.actions.teams import change_team, create_team, delete_team
from leadercrm.accounts.actions.users import change_user, deactivate_user, reactivate_user
from leadercrm.accounts.api.serializers import AcceptanceInput, InvitationInput, TeamInput, UserInput
from leadercrm.accounts.api.views import ENTRANCE, EntranceView
from leadercrm.accounts.filters import UserFilter
from leadercrm.accounts.queries import INVITATIONS, TEAMS, USERS
from leadercrm.core.api import throttling
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import base_url
from leadercrm.core.api.views import TenantViewSet, action_route
from leadercrm.tenancy.binding import current_tenant_id

USER = Resource("User", _("user"), _("users"), _("Who works in the tenant. Nobody is deleted; who left is barred."))
TEAM = Resource("Team", _("team"), _("teams"), _("Users whose records a manager looks after."))
INVITATION = Resource(
    "Invitation", _("invitation"), _("invitations"), _("People who were asked into the tenant, and what came of it.")
)


class UserViewSet(TenantViewSet):
    """The tenant's users, for everybody to read. They come into being by invitation, and are never deleted."""

    resource = USER
    rows = USERS
    filters = UserFilter.base_filters
    serializer_class = UserInput
    update_action = change_user
    deactivate = action_route(deactivate_user, path="deactivate", summary=_("Bar a user from logging in"))
    reactivate = action_route(reactivate_user, path="reactivate", summary=_("Let a user log in again"))

    def given(self) -> dict[str, Any]:
        return {"base_url": base_url(self.request)}


class TeamViewSet(TenantViewSet):
    resource = TEAM
    rows = TEAMS
    serializer_class = TeamInput
    create_action = create_team
    update_action = change_team
    delete_action = delete_team
    deleted_message = _("Team deleted.")


class InvitationViewSet(TenantViewSet):
    """Who was invited, by whom, and what came of it: for administrators."""

    resource = INVITATION
    # The rows name people who are no users.
    required_permission = "accounts.invite_users"
    rows = INVITATIONS
    serializer_class = InvitationInput
    create_action = invite
    delete_action = revoke_invitation
    deleted_message = _("Invitation revoked.")
    resend = action_route(resend_invitation, path="resend", summary=_("Mail an invitation again"))

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            self.context.headers.update(throttling.INVITE.spend(str(current_tenant_id())))


class AcceptInvitationView(EntranceView):
    resource = INVITATION
    success = 201

    @described(_("Accept an invitation"), id="acceptInvitation", body=AcceptanceInput, returns=ENTRANCE, status=201)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Join the tenant that has invited, by the link of the mail; answers as a login does."""
        self.context.headers.update(throttling.LINK.spend(self.context.ip))
        values = self.cleaned(AcceptanceInput)
        act = partial(accept_invitation, **values, actor=self.visitor)
        return self.enter(request, values["token"], lambda secret: act(secret=secret))
