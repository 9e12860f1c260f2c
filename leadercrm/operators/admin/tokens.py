"""Logins and tokens of all accounts. No secret and no hash of one is on these pages."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.admin.tokens import InForceFilter
from leadercrm.accounts.models import ROLE_CHOICES
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.operators.actions.tenants import revoke_token
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.site import operator_site
from leadercrm.tenancy.models import AccessToken, LoginIndex


@admin.register(LoginIndex, site=operator_site)
class LoginIndexAdmin(PlatformAdmin):
    icon = "alternate_email"
    list_display = ("email", "tenant", "called", "is_active")
    list_select_related = ("tenant",)
    list_filter = ("is_active",)
    search_fields = ("=email", "=id")
    fields: ClassVar[Any] = ("email", "tenant", ("called", "is_active"))
    readonly_fields = ("called",)

    @admin.display(description=_("role"))
    def called(self, login: LoginIndex) -> str:
        return str(dict(ROLE_CHOICES).get(login.role, login.role))


@admin.register(AccessToken, site=operator_site)
class AccessTokenAdmin(PlatformAdmin):
    """Never the secret, nor its hash."""

    icon = "vpn_key"
    list_display = ("id", "login", "tenant", "kind", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("login__tenant",)
    list_filter = (InForceFilter, "kind")
    search_fields = ("=login__email", "=id")
    fields: ClassVar[Any] = (
        ("login", "tenant"), ("kind", "name"), ("created_at", "last_used_at"), ("expires_at", "ends_at"), "revoked_at",
    )  # fmt: skip
    readonly_fields = ("tenant",)
    buttons = (
        Button(
            "revoke",
            _("Revoke"),
            revoke_token,
            explanation=_("Whoever uses this token is logged out at once."),
            icon="key_off",
            danger=True,
            shown=lambda token: token.revoked_at is None,
        ),
    )

    @admin.display(description=_("account"))
    def tenant(self, token: AccessToken) -> str:
        return str(token.login.tenant)
