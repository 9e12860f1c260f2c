"""Rows that are shown on the page of the row that they belong to, and written elsewhere."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from unfold.admin import TabularInline


class ShownRows(TabularInline):  # type: ignore[misc]
    """A table of related rows. Whoever sees the page sees them; nothing is written here."""

    extra = max_num = 0
    can_delete = False
    # The columns say it: a line of the row's own name above each would name its rows by their ids.
    hide_title = True
    related: ClassVar[Sequence[str]] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related(*self.related) if self.related else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_delete_permission = has_change_permission
