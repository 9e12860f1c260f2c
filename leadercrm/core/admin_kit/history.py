"""An object's history page: its entries in our audit, in the place of Django's log."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from leadercrm.core.admin_kit.told import introduce
from leadercrm.core.models import AuditEntry

MOST = 200


class HistoryMixin:
    """For a ModelAdmin: who changed the row, when, through which door, and from what to what."""

    model: Any
    opts: Any
    admin_site: Any

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "subtitle": str(row),
            "object": row,
            "opts": self.opts,
            "entries": introduce(self.history_of(row)),
        }
        return TemplateResponse(request, "admin_kit/history.html", context)

    def history_of(self, row: Any) -> Any:
        """The latest entries about a row; the index of the audit leads with what is asked for.

        The audit knows objects by numbers: what has another key has no entries there.
        """
        if not isinstance(row.pk, int):
            return AuditEntry.objects.none()
        of_row = AuditEntry.objects.filter(object_type=self.opts.label_lower, object_id=row.pk)
        return of_row.select_related("user").order_by("-id")[:MOST]
