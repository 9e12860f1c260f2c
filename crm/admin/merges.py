"""Merges of contacts and of companies in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.actions.merging import undo_company_merge, undo_merge
from crm.models import CompanyMerge, ContactMerge
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.buttons import Button, stands_for
from leadercrm.core.admin_kit.filters import OneOfFilter
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


class UndoneFilter(OneOfFilter):
    """Merges that hold, or that were taken back."""

    title, parameter_name = _("state"), "undone"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("In force")), ("yes", _("Undone"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(undone_at__isnull=self.value() == "no") if self.value() else queryset


@stands_for(undo_merge)
def take_back(merge: ContactMerge, *, actor: Actor) -> ContactMerge:
    """Undo this very merge."""
    return undo_merge(merge.survivor, merge_id=merge.pk, actor=actor)


@stands_for(undo_company_merge)
def take_companies_back(merge: CompanyMerge, *, actor: Actor) -> CompanyMerge:
    """Undo this very merge."""
    return undo_company_merge(merge.survivor, merge_id=merge.pk, actor=actor)


def undo_button(action: Any, explanation: Any) -> Button:
    return Button(
        "undo",
        _("Undo merge"),
        action,
        explanation=explanation,
        icon="undo",
        shown=lambda merge: merge.undone_at is None,
    )


class MergeAdmin(ActionAdmin):
    """What merges of both kinds look like."""

    section, icon = "sales", "merge"
    list_display = ("loser", "survivor", "user", "created_at", "undone_at")
    list_select_related = ("loser", "survivor", "user")
    list_filter = (UndoneFilter,)
    search_fields = ("loser__search", "survivor__search")
    fields: ClassVar[Any] = ("loser", "survivor", "user", ("created_at", "undone_at"))


@admin.register(ContactMerge, site=tenant_site)
class ContactMergeAdmin(MergeAdmin):
    buttons = (
        undo_button(take_back, _("Both contacts are there again, each with what was its own before the merge.")),
    )


@admin.register(CompanyMerge, site=tenant_site)
class CompanyMergeAdmin(MergeAdmin):
    buttons = (
        undo_button(
            take_companies_back, _("Both companies are there again, each with what was its own before the merge.")
        ),
    )
