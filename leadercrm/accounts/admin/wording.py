"""What the admin pages call people, and what lets them in."""

from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import Invitation, Team, User
from leadercrm.core.admin_kit.told import tell, tell_columns
from leadercrm.core.admin_kit.wording import call
from leadercrm.tenancy.models import AccessToken

call(
    User, _("user"), _("users"), name=_("name"), email=_("e-mail address"), role=_("role"), is_active=_("active"),
    team=_("team"), language=_("language"), created_at=_("created"), last_login=_("last login"),
)  # fmt: skip
call(Team, _("team"), _("teams"), name=_("name"))
call(
    Invitation, _("invitation"), _("invitations"), email=_("e-mail address"), name=_("name"), role=_("role"),
    team=_("team"), language=_("language"), invited_by=_("invited by"), user=_("user"), created_at=_("created"),
    sent_at=_("sent"), expires_at=_("expires"), accepted_at=_("accepted"), revoked_at=_("revoked"),
)  # fmt: skip
call(
    AccessToken, _("token"), _("tokens"), login=_("login"), kind=_("kind"), name=_("name"), abilities=_("abilities"),
    created_at=_("created"), last_used_at=_("last used"), expires_at=_("expires"), ends_at=_("ends at the latest"),
    revoked_at=_("revoked"), idle_life=_("ends unused after"), agent_name=_("agent"), addresses=_("addresses"),
    sends_per_day=_("sends a day, at most"), amount_per_day=_("amount a day, at most"), resource=_("resource"),
)  # fmt: skip
tell(
    second_factor_added=_("second factor added"), second_factor_removed=_("second factor removed"),
    opened=_("opening of the account"), logged_in=_("start of a session"), logged_out=_("end of a session"),
    joined=_("joining"), password_changed=_("change of password"), password_reset=_("new password by a mailed link"),
    reset_requested=_("request for a new password"), deactivated=_("deactivation"), reactivated=_("reactivation"),
    team_changed=_("change of team"), sent_again=_("sent once more"), revoked=_("revocation"), accepted=_("acceptance"),
    narrowed=_("narrowing of scopes"),
)  # fmt: skip
tell_columns(avatar=_("picture"), invitation=_("invitation"))
