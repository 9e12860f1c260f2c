"""Tokens and sessions of a tenant's users. No secret and no hash of one is on these pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.tokens import end_token
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.token_scopes import scopes_of
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import AccessToken


class InForceFilter(OneOfFilter):
    """Tokens that open a door, or that do no more."""

    title, parameter_name = _("state"), "state"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In force")), ("no", _("Revoked or expired"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        in_force = {"revoked_at__isnull": True, "expires_at__gt": timezone.now()}
        if not self.value():
            return queryset
        return queryset.filter(**in_force) if self.value() == "yes" else queryset.exclude(**in_force)


@admin.register(AccessToken, site=tenant_site)
class AccessTokenAdmin(ActionAdmin):
    """Those of this tenant's users: the table is the platform's."""

    section, icon = "people", "vpn_key"
    list_display = ("id", "login", "kind", "name", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("login",)
    list_filter = (InForceFilter, "kind")
    search_fields = ("=login__email", "name", "agent_name", "=id")
    fields: ClassVar[Any] = (
        ("login", "kind"), ("name", "agent_name"), ("may", "addresses"), ("sends_per_day", "amount_per_day"),
        ("created_at", "last_used_at"), ("expires_at", "ends_at"), "revoked_at",
    )  # fmt: skip
    readonly_fields = ("may",)
    buttons = (
        Button(
            "revoke",
            _("Revoke"),
            end_token,
            explanation=_("Whoever uses this token is logged out at once."),
            icon="key_off",
            danger=True,
            shown=lambda token: token.revoked_at is None,
        ),
    )

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).filter(login__tenant_id=current_tenant_id()).select_related("login")

    @admin.display(description=_("rights"))
    def may(self, token: AccessToken) -> str:
        scopes = scopes_of(token.abilities)
        return str(_("all that its user may")) if scopes is None else ", ".join(sorted(scopes))
