"""Files of lists that are too large for a request: asked for, and fetched by whoever asked."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.sheets import MEDIA_TYPES
from leadercrm.core.web.pages import Page
from leadercrm.core.web.toasts import toast
from leadercrm.lists import storing
from leadercrm.lists.actions.exports import start_export
from leadercrm.lists.backoffice.views import OfList
from leadercrm.lists.models import Export, ExportStatus


class ExportAdd(OfList):
    """Have a list's file made."""

    def post(self, request: HttpRequest) -> HttpResponse:
        page: Any = resolve(self.listing).func
        if page.view_class.required_permission:
            self.actor.require(page.view_class.required_permission)
        start_export(
            self.listing, query=self.query, kind=request.POST.get("kind", ""), name=str(page.view_class.title),
            once=request.POST.get("once", "")[:64] or None, actor=self.actor,
        )  # fmt: skip
        toast(request, _("The file is being made. You are told when it is ready."))
        return self.back()


class ExportFile(Page):
    """Fetch it: by whoever asked for it, while they are logged in."""

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        export = Export.objects.filter(pk=min(kwargs["pk"], MAX_ID), user_id=self.actor.user_id or 0).first()
        if export is None:
            raise NotFound()
        if export.status != ExportStatus.DONE:
            raise DomainError(_("This file is not ready."), hint=_("You are told as soon as it is."))
        try:
            file = storing.path_of(export.file).open("rb")
        except OSError:
            raise NotFound(_("This file is gone. Export the list once more.")) from None
        name = f"{slugify(export.name) or 'list'}.{export.kind}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPES[export.kind])
