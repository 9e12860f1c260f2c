"""Contacts, companies, notes and merges in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from crm.actions.companies import change_company, create_company, delete_company, restore_company
from crm.actions.contacts import change_contact, create_contact, delete_contact, restore_contact
from crm.actions.merging import undo_merge
from crm.actions.notes import add_note, change_note, delete_note
from crm.api.serializers import CompanyInput, ContactInput, NoteInput
from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact, ContactMerge, Note
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.forms import LinesField, RefusableForm
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from leadercrm.core.errors import DomainError

PEOPLE = {"owner": _("owner"), "created_at": _("created"), "updated_at": _("changed")}
call(
    Contact, _("contact"), _("contacts"), first_name=_("first name"), last_name=_("last name"),
    emails=_("e-mail addresses"), phones=_("phones"), job_title=_("job title"), company=_("company"),
    lifecycle_stage=_("lifecycle stage"), lead_score=_("lead score"), source=_("source"), city=_("city"),
    country=_("country"), custom_fields=_("custom fields"), **PEOPLE,
)  # fmt: skip
call(
    Company, _("company"), _("companies"), name=_("name"), domain=_("domain"), industry=_("industry"),
    employee_range=_("employees"), annual_revenue=_("annual revenue"), phone=_("phone"), email=_("e-mail address"),
    tax_id=_("RFC"), **PEOPLE,
)  # fmt: skip
call(
    Note, _("note"), _("notes"), contact=_("contact"), user=_("author"), body=_("text"), is_pinned=_("pinned"),
    created_at=_("created"),
)  # fmt: skip
call(
    ContactMerge, _("merge"), _("merges"), survivor=_("into"), loser=_("merged contact"), user=_("by"),
    created_at=_("on"), undone_at=_("undone"),
)  # fmt: skip


class LifecycleFilter(admin.SimpleListFilter):
    """One of the tenant's own stages."""

    title, parameter_name = _("lifecycle stage"), "lifecycle_stage"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [(stage, stage) for stage in lifecycle_stages()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(lifecycle_stage=self.value()) if self.value() else queryset


class ContactForm(RefusableForm):
    """Addresses and phones are lines; the stage is one of the tenant's."""

    emails = LinesField("email", label=_("E-mail addresses"), help_text=_("One a line; its type after a comma."))
    phones = LinesField("phone", label=_("Phones"), help_text=_("One a line; its type after a comma."))
    lifecycle_stage = forms.ChoiceField(
        label=_("Lifecycle stage"),
        choices=lambda: [(stage, stage) for stage in lifecycle_stages()],
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
    list_display = ("full_name", "company", "owner", "lifecycle_stage", "lead_score", "created_at")
    list_select_related = ("company", "owner")
    list_filter = (LifecycleFilter, "owner")
    autocomplete_fields = ("company", "owner")
    readonly_fields = ("lead_score", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("first_name", "last_name"), "job_title", "company", "emails", "phones")}),
        (_("Sales"), {"fields": (("lifecycle_stage", "owner"), "source", "lead_score")}),
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

    @admin.display(description=_("name"))
    def full_name(self, row: Contact) -> str:
        return row.full_name

    def changed(self, form: Any, obj: Any) -> dict[str, Any]:
        """A custom field that is no longer there is null: change_contact merges them by key."""
        values = super().changed(form, obj)
        fields = values.get("custom_fields")
        if isinstance(fields, dict):
            values["custom_fields"] = {**dict.fromkeys(obj.custom_fields or {}), **fields}
        return values


@admin.register(Company, site=tenant_site)
class CompanyAdmin(ActionAdmin):
    section, icon, counted = "sales", "apartment", True
    create_action, update_action, delete_action = create_company, change_company, delete_company
    serializer = CompanyInput
    search_column = "search"
    list_display = ("name", "industry", "tax_id", "phone", "owner", "created_at")
    list_select_related = ("owner",)
    list_filter = ("owner",)
    autocomplete_fields = ("owner",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("name", ("domain", "tax_id"), ("phone", "email"))}),
        (_("Size"), {"fields": ("industry", ("employee_range", "annual_revenue"))}),
        (_("Sales"), {"fields": ("owner", ("created_at", "updated_at"))}),
    )
    buttons = (
        Button(
            "restore",
            _("Restore"),
            restore_company,
            explanation=_("The company leaves the bin, and its contacts are its own again."),
            icon="restore_from_trash",
            shown=in_bin,
        ),
    )


@admin.register(Note, site=tenant_site)
class NoteAdmin(ActionAdmin):
    section, icon, counted = "sales", "sticky_note_2", True
    update_action, delete_action = change_note, delete_note
    serializer = NoteInput
    list_display = ("short", "contact", "user", "is_pinned", "created_at")
    list_select_related = ("contact", "user")
    list_filter = ("is_pinned",)
    autocomplete_fields = ("contact",)
    readonly_fields = ("user", "created_at")
    fields: ClassVar[Any] = ("contact", "body", "is_pinned", "user", "created_at")

    @staticmethod
    def create_action(values: dict[str, Any], *, actor: Actor) -> Note:
        contact = Contact.objects.filter(pk=values.pop("contact_id", None)).first()
        if contact is None:
            raise DomainError(_("There is no contact with this id."), field="contact_id", code="unknown_reference")
        return add_note(values, contact=contact, actor=actor)

    create_action.permission = "crm.create_note"  # type: ignore[attr-defined]

    @admin.display(description=_("text"))
    def short(self, row: Note) -> str:
        return row.body[:80]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """A note stays with its contact."""
        return ("contact", *self.readonly_fields) if obj else self.readonly_fields

    def cleaned(self, values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
        contact = {name: values.pop(name) for name in ("contact_id",) if name in values}
        return {**super().cleaned(values, partial=partial), **contact}


class UndoneFilter(OneOfFilter):
    """Merges that hold, or that were taken back."""

    title, parameter_name = _("state"), "undone"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("In force")), ("yes", _("Undone"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(undone_at__isnull=self.value() == "no") if self.value() else queryset


def take_back(merge: ContactMerge, *, actor: Actor) -> ContactMerge:
    """Undo this very merge."""
    return undo_merge(merge.survivor, merge_id=merge.pk, actor=actor)


take_back.permission = "crm.merge_contacts"  # type: ignore[attr-defined]


@admin.register(ContactMerge, site=tenant_site)
class ContactMergeAdmin(ActionAdmin):
    section, icon = "sales", "merge"
    list_display = ("loser", "survivor", "user", "created_at", "undone_at")
    list_select_related = ("loser", "survivor", "user")
    list_filter = (UndoneFilter,)
    fields: ClassVar[Any] = ("loser", "survivor", "user", "created_at", "undone_at")
    buttons = (
        Button(
            "undo",
            _("Undo merge"),
            take_back,
            explanation=_("Both contacts are there again, each with what was its own before the merge."),
            icon="undo",
            shown=lambda merge: merge.undone_at is None,
        ),
    )
