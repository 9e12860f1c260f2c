"""Notes in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from crm.actions.notes import add_note, change_note, delete_note
from crm.api.serializers import NoteInput
from crm.models import Note
from leadercrm.core.admin_kit.options import ActionAdmin
from leadercrm.core.admin_kit.site import tenant_site


@admin.register(Note, site=tenant_site)
class NoteAdmin(ActionAdmin):
    section, icon, counted = "sales", "sticky_note_2", True
    parent = "contact"
    create_action, update_action, delete_action = add_note, change_note, delete_note
    serializer = NoteInput
    list_display = ("short", "contact", "user", "is_pinned", "created_at")
    list_select_related = ("contact", "user")
    list_filter = ("is_pinned", "user")
    search_fields = ("body",)
    autocomplete_fields = ("contact",)
    readonly_fields = ("user", "created_at")
    fields: ClassVar[Any] = ("contact", "body", "is_pinned", ("user", "created_at"))

    @admin.display(description=_("text"))
    def short(self, row: Note) -> str:
        return row.body[:80]
