"""Users in a tenant's admin site: what they are called, what they may do, whether they may log in."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import DateTimeField, Max, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from leadercrm.accounts.actions.second_factor import reset_second_factor
from leadercrm.accounts.actions.users import change_user, deactivate_user, reactivate_user
from leadercrm.accounts.api.serializers import UserInput
from leadercrm.accounts.models import SecondFactor, User
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.tenancy.models import AccessToken

USES = AccessToken.objects.filter(login_id=OuterRef("pk")).order_by().values("login_id")


@admin.register(User, site=tenant_site)
class UserAdmin(ActionAdmin):
    section, icon = "people", "badge"
    update_action = change_user
    serializer = UserInput
    search_column = "search"
    annotations: ClassVar[Any] = {
        "last_use": Subquery(USES.annotate(last=Max("last_used_at")).values("last"), output_field=DateTimeField())
    }
    list_display = ("name", "email", "role", "team", "is_active", "seen", "created_at")
    list_select_related = ("team",)
    list_filter = ("is_active", "role", "team")
    autocomplete_fields = ("team",)
    readonly_fields = ("email", "is_active", "seen", "created_at", "last_login")
    fields: ClassVar[Any] = (
        ("name", "email"), ("role", "team"), ("language", "is_active"), ("last_login", "seen"), "created_at",
    )  # fmt: skip
    buttons = (
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
            "factor",
            _("Take the second factor away"),
            reset_second_factor,
            explanation=_("For somebody who has lost telephone and recovery codes: they log in by the password alone."),
            icon="phonelink_erase",
            danger=True,
            shown=lambda user: SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists(),
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

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Nothing is given to somebody who cannot log in."""
        if request.resolver_match.url_name == "autocomplete":
            queryset = queryset.filter(is_active=True)
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Where others have "Add": users are invited."""
        response: Any = super().changelist_view(request, extra_context)
        if getattr(response, "context_data", None):
            place = reverse(f"{self.admin_site.name}:accounts_invitation_add")
            invite = {"title": _("Invite"), "icon": "person_add", "path": place, "attrs": {}}
            response.context_data["actions_list"] = [{**invite, "variant": ActionVariant.PRIMARY}]
        return response  # type: ignore[no-any-return]

    @admin.display(description=_("last seen"))
    def seen(self, row: Any) -> str:
        return date_format(localtime(row.last_use), "SHORT_DATETIME_FORMAT") if row.last_use else "-"
