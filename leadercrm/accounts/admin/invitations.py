"""Invitations in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from leadercrm.accounts.actions.invitations import invite, resend_invitation, revoke_invitation
from leadercrm.accounts.api.serializers import InvitationInput
from leadercrm.accounts.models import Invitation
from leadercrm.accounts.queries import STATUS
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site

STATES = {
    "open": pgettext_lazy("invitation", "Open"),
    "accepted": _("Accepted"),
    "revoked": _("Revoked"),
    "expired": _("Expired"),
}


class InvitationFilter(OneOfFilter):
    """What has become of it."""

    title, parameter_name = _("status"), "status"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())


@admin.register(Invitation, site=tenant_site)
class InvitationAdmin(ActionAdmin):
    section, icon = "people", "mail"
    create_action = invite
    serializer = InvitationInput
    annotations: ClassVar[Any] = {"status": STATUS}
    list_display = ("email", "name", "role", "team", "standing", "invited_by", "sent_at", "expires_at")
    list_select_related = ("team", "invited_by")
    list_filter = (InvitationFilter, "role")
    search_fields = ("email", "name")
    autocomplete_fields = ("team",)
    readonly_fields = ("outcome", "invited_by", "user", "sent_at", "expires_at", "accepted_at", "revoked_at")
    fields: ClassVar[Any] = (
        ("email", "name"), ("role", "team"), ("language", "outcome"), ("invited_by", "user"),
        ("sent_at", "expires_at"), ("accepted_at", "revoked_at"),
    )  # fmt: skip
    add_fieldsets = (
        (
            None,
            {
                "fields": (("email", "name"), ("role", "team"), "language"),
                "description": _("They are mailed a link that is good for seven days."),
            },
        ),
    )
    buttons = (
        Button(
            "resend",
            _("Send again"),
            resend_invitation,
            explanation=_("A new link is mailed, good for seven days; the one before holds no more."),
            icon="forward_to_inbox",
            shown=lambda invitation: invitation.is_open,
        ),
        Button(
            "revoke",
            _("Revoke"),
            revoke_invitation,
            explanation=_("The link that was mailed holds no more."),
            icon="unsubscribe",
            danger=True,
            shown=lambda invitation: invitation.is_open,
        ),
    )

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    @admin.display(description=_("status"))
    def outcome(self, row: Any) -> str:
        return str(STATES[row.status])

    @display(
        description=_("status"),
        label={"accepted": "success", "revoked": "danger", "expired": "warning", "open": "info"},
    )  # type: ignore[untyped-decorator]
    def standing(self, row: Any) -> tuple[str, str]:
        return row.status, str(STATES[row.status])
