"""Accounts: how much they use, making, suspending and entering them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from leadercrm.core import cookies
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.forms import RefusableForm
from leadercrm.operators.actions.tenants import create_tenant, resume_tenant, suspend_tenant
from leadercrm.operators.admin.platform import PlatformAdmin
from leadercrm.operators.models import LEAST_OF_A_REASON
from leadercrm.operators.site import operator_site
from leadercrm.operators.usage import Usage, usage_of
from leadercrm.operators.visits import VISIT_COOKIE, enter_tenant
from leadercrm.tenancy.models import (
    Tenant,
)


class ReasonQuestion(Question):
    """Why. The people concerned can read it."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=LEAST_OF_A_REASON,
        max_length=500,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("It is written to the audit log, where the account's administrators read it."),
    )


class TenantForm(RefusableForm):
    """A new account and its administrator."""

    admin_name = forms.CharField(label=_("Administrator's name"), max_length=255, widget=UnfoldAdminTextInputWidget)
    admin_email = forms.EmailField(
        label=_("Administrator's e-mail address"), max_length=255, widget=UnfoldAdminEmailInputWidget
    )


class InUseFilter(admin.SimpleListFilter):
    """Accounts in use, unless others are asked for."""

    title, parameter_name = _("state"), "state"
    STATES: ClassVar[dict[str | None, dict[str, bool]]] = {
        None: {"claimed_at__isnull": False},
        "suspended": {"claimed_at__isnull": False, "suspended_at__isnull": False},
        "spare": {"claimed_at__isnull": True},
    }

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("suspended", _("Suspended")), ("spare", _("Spare"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(**self.STATES.get(self.value(), self.STATES[None]))


@admin.register(Tenant, site=operator_site)
class TenantAdmin(PlatformAdmin):
    icon = "domain"
    form = TenantForm
    create_action = create_tenant
    list_display = ("label", "users", "contacts", "deals", "size", "last_used", "schema_version", "suspended_at")
    list_filter = (InUseFilter,)
    search_fields = ("name", "=schema_name", "=id")
    fields: ClassVar[Any] = (
        "name", ("users", "contacts", "deals"), ("size", "last_used"), ("schema_name", "schema_version"),
        ("created_at", "claimed_at", "suspended_at"),
    )  # fmt: skip
    add_fieldsets = ((None, {"fields": ("name", "admin_name", "admin_email")}),)
    buttons = (
        Button(
            "enter",
            _("Enter the account"),
            enter_tenant,
            explanation=_("You will be its administrator for an hour. What you do is recorded as yours."),
            done=_("You are in. Leave when you are done."),
            icon="login",
            shown=lambda tenant: tenant.claimed_at is not None,
            question=ReasonQuestion,
        ),
        Button(
            "suspend",
            _("Suspend"),
            suspend_tenant,
            explanation=_("Nobody can log in, and no token works, until the account is resumed."),
            icon="block",
            danger=True,
            shown=lambda tenant: tenant.claimed_at is not None and tenant.suspended_at is None,
            question=ReasonQuestion,
        ),
        Button(
            "resume",
            _("Resume"),
            resume_tenant,
            icon="play_arrow",
            shown=lambda tenant: tenant.suspended_at is not None,
        ),
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the usage of the accounts on this page, taken together."""
        changes = super().get_changelist_instance(request)
        changes.result_list = list(changes.result_list)
        usage = usage_of(changes.result_list)
        for tenant in changes.result_list:
            tenant.usage = usage[tenant.pk]
        return changes

    def _usage(self, tenant: Any) -> Usage:
        if not hasattr(tenant, "usage"):
            tenant.usage = usage_of([tenant]).get(tenant.pk, Usage())
        usage: Usage = tenant.usage
        return usage

    @admin.display(description=_("account"))
    def label(self, tenant: Tenant) -> str:
        return str(tenant)

    @admin.display(description=_("users"))
    def users(self, tenant: Tenant) -> int:
        return self._usage(tenant).users

    @admin.display(description=_("contacts"))
    def contacts(self, tenant: Tenant) -> int:
        return self._usage(tenant).rows.get("crm.contact", 0)

    @admin.display(description=_("deals"))
    def deals(self, tenant: Tenant) -> int:
        return self._usage(tenant).rows.get("crm.deal", 0)

    @admin.display(description=_("storage"))
    def size(self, tenant: Tenant) -> str:
        return f"{self._usage(tenant).size / 1024**2:.1f} MB"

    @admin.display(description=_("last used"))
    def last_used(self, tenant: Tenant) -> Any:
        return self._usage(tenant).last_used

    def press(self, request: Any, row: Any, button: Button, form: Question) -> HttpResponse:
        """Entering gives a cookie for that account's /admin/."""
        if button.name != "enter":
            return super().press(request, row, button, form)
        text = enter_tenant(row, **form.arguments(), operator=request.user, actor=self.actor(request))
        response = redirect("admin:index")
        cookies.give(request, response, VISIT_COOKIE, text, "/admin/")
        return response
