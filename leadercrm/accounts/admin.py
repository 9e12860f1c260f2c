"""Users and teams in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from leadercrm.accounts.actions.invitations import invite, resend_invitation, revoke_invitation
from leadercrm.accounts.actions.teams import change_team, create_team, delete_team
from leadercrm.accounts.actions.users import change_role, change_user, deactivate_user, reactivate_user
from leadercrm.accounts.api.serializers import InvitationInput, TeamInput, UserInput
from leadercrm.accounts.models import ROLE_CHOICES, Invitation, Team, User
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.forms import RefusableForm, RowsField
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    User, _("user"), _("users"), name=_("name"), email=_("e-mail address"), role=_("role"), is_active=_("active"),
    team=_("team"), created_at=_("created"), last_login=_("last login"),
)  # fmt: skip
call(
    Invitation, _("invitation"), _("invitations"), email=_("e-mail address"), name=_("name"), role=_("role"),
    team=_("team"), language=_("language"), invited_by=_("invited by"), user=_("user"), created_at=_("created"),
    sent_at=_("sent"), expires_at=_("expires"), accepted_at=_("accepted"), revoked_at=_("revoked"),
)  # fmt: skip
call(Team, _("team"), _("teams"), name=_("name"))


class RoleQuestion(Question):
    """Which role."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLE_CHOICES, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.initial["role"] = row.role


@admin.register(User, site=tenant_site)
class UserAdmin(ActionAdmin):
    section, icon = "people", "badge"
    list_display = ("name", "email", "role", "team", "is_active", "last_login")
    list_select_related = ("team",)
    list_filter = ("role", "is_active")
    search_column = "search"
    update_action = change_user
    serializer = UserInput
    autocomplete_fields = ("team",)
    fields: ClassVar[Any] = (
        ("name", "email"), ("role", "team"), "language", "is_active", ("created_at", "last_login"),
    )  # fmt: skip
    readonly_fields = ("email", "role", "is_active", "created_at", "last_login")
    buttons = (
        Button("role", _("Change role"), change_role, icon="key", question=RoleQuestion),
        Button(
            "deactivate",
            _("Deactivate"),
            deactivate_user,
            explanation=_("They can no longer log in, and their sessions and tokens end. What is theirs stays theirs."),
            icon="person_off",
            danger=True,
            shown=lambda user: user.is_active,
        ),
        Button(
            "reactivate",
            _("Let log in again"),
            reactivate_user,
            explanation=_("They can log in with the password that they had."),
            icon="person_check",
            shown=lambda user: not user.is_active,
        ),
    )


class TeamForm(RefusableForm):
    """Members leave the teams that they were in."""

    member_ids = RowsField(Invitation, "user", User.objects.all, tenant_site, label=_("Members"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["member_ids"] = list(User.objects.filter(team=self.instance).values_list("pk", flat=True))


@admin.register(Team, site=tenant_site)
class TeamAdmin(ActionAdmin):
    section, icon = "people", "groups"
    form = TeamForm
    create_action, update_action, delete_action = create_team, change_team, delete_team
    serializer = TeamInput
    list_display = ("name",)
    search_fields = ("name",)
    fields: ClassVar[Any] = ("name", "member_ids")


class InvitationStateFilter(OneOfFilter):
    """What came of it."""

    title, parameter_name = _("state"), "state"
    STATES: ClassVar[dict[str, dict[str, bool]]] = {
        "open": {"accepted_at__isnull": True, "revoked_at__isnull": True},
        "accepted": {"accepted_at__isnull": False},
        "revoked": {"revoked_at__isnull": False},
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("accepted", _("Accepted")), ("revoked", _("Revoked"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(**self.STATES.get(self.value() or "", {}))


@admin.register(Invitation, site=tenant_site)
class InvitationAdmin(ActionAdmin):
    """An invitation is sent again or revoked; nothing of it is changed."""

    section, icon = "people", "mail"
    create_action = invite
    serializer = InvitationInput
    list_display = ("email", "role", "team", "invited_by", "sent_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("team", "invited_by")
    list_filter = (InvitationStateFilter, "role")
    search_fields = ("email", "name")
    autocomplete_fields = ("team",)
    add_fieldsets = ((None, {"fields": ("email", "name", ("role", "team"), "language")}),)
    fields: ClassVar[Any] = (
        "email", "name", ("role", "team"), "language", ("invited_by", "user"), ("sent_at", "expires_at"),
        ("accepted_at", "revoked_at"),
    )  # fmt: skip
    buttons = (
        Button(
            "resend",
            _("Send again"),
            resend_invitation,
            explanation=_("A new link is mailed, good for seven days; the one before holds no more."),
            icon="forward_to_inbox",
            shown=lambda row: row.is_open,
        ),
        Button(
            "revoke",
            _("Revoke"),
            revoke_invitation,
            explanation=_("The link that was mailed holds no more."),
            icon="block",
            danger=True,
            shown=lambda row: row.is_open,
        ),
    )
