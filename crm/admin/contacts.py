"""Contacts in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from crm.actions.contacts import change_contact, create_contact, delete_contact, restore_contact
from crm.admin import columns
from crm.api.serializers import ContactInput
from crm.lifecycle import lifecycle_stages
from crm.models import Contact
from crm.wording import called
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.forms import LinesField, RefusableForm
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site


def named_stages() -> list[tuple[str, str]]:
    """The tenant's stages of a relationship, and what the pages call them."""
    return [(stage, called(stage)) for stage in lifecycle_stages()]


class LifecycleFilter(admin.SimpleListFilter):
    """One of the tenant's own stages."""

    title, parameter_name = _("lifecycle stage"), "lifecycle_stage"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return named_stages()

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(lifecycle_stage=self.value()) if self.value() else queryset


class ContactForm(RefusableForm):
    """Addresses and phones are lines; the stage is one of the tenant's."""

    emails = LinesField("email", label=_("E-mail addresses"), help_text=_("One a line; its type after a comma."))
    phones = LinesField("phone", label=_("Phones"), help_text=_("One a line; its type after a comma."))
    lifecycle_stage = forms.ChoiceField(
        label=_("Lifecycle stage"),
        choices=named_stages,
        widget=UnfoldAdminSelectWidget,
        initial="lead",
    )


@admin.register(Contact, site=tenant_site)
class ContactAdmin(ActionAdmin):
    section, icon, counted = "sales", "person", True
    form = ContactForm
    create_action, update_action, delete_action = create_contact, change_contact, delete_contact
    serializer = ContactInput
    search_column = "search"
    annotations: ClassVar[Any] = {
        "open_deals": columns.open_deals("participants__contact"),
        "last_activity": columns.last_activity("contact"),
    }
    list_display = (
        "full_name", "company", "owner", "stage", "lead_score", "deals_number", "active", "created_at",
    )  # fmt: skip
    list_select_related = ("company", "owner")
    list_filter = (LifecycleFilter, "owner")
    autocomplete_fields = ("company", "owner")
    readonly_fields = ("lead_score", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), ("job_title", "company"), ("emails", "phones"))}),
        (_("Sales"), {"fields": (("lifecycle_stage", "owner"), ("source", "lead_score"))}),
        (_("Place"), {"fields": (("city", "country"),)}),
        (_("More"), {"fields": ("custom_fields", ("created_at", "updated_at"))}),
    )
    buttons = (
        Button(
            "restore",
            _("Restore"),
            restore_contact,
            explanation=_("The contact leaves the bin and is in use again."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )

    @admin.display(description=_("lifecycle stage"))
    def stage(self, row: Contact) -> str:
        return called(row.lifecycle_stage)

    @admin.display(description=_("name"))
    def full_name(self, row: Contact) -> str:
        return row.full_name

    @admin.display(description=_("open deals"))
    def deals_number(self, row: Any) -> int:
        return int(row.open_deals)

    @admin.display(description=_("last activity"))
    def active(self, row: Any) -> Any:
        return row.last_activity

    def changed(self, form: Any, obj: Any) -> dict[str, Any]:
        """A custom field that is no longer there is null: change_contact merges them by key."""
        values = super().changed(form, obj)
        fields = values.get("custom_fields")
        if isinstance(fields, dict):
            values["custom_fields"] = {**dict.fromkeys(obj.custom_fields or {}), **fields}
        return values
