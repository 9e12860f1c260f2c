"""The shelf of pictures, in a dialog of the campaign's editor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.responses import base_url
from leadercrm.core.errors import DomainError
from leadercrm.core.web.pages import Page, row_of
from marketing.actions.pictures import add_picture, delete_picture
from marketing.models import CampaignPicture
from marketing.queries_pictures import PICTURES

MOST_SHOWN = 60


class PictureShelf(Page):
    """Pictures, latest first, and the place to add one."""

    template = "marketing/backoffice/_shelf.html"
    required_permission = "marketing.view_picture"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("q", "")[:100].replace("\x00", "").strip()
        rows = CampaignPicture.objects.filter(name__icontains=asked).order_by("-pk")[:MOST_SHOWN]
        return {
            "q": asked,
            "pictures": [self._shown(row) for row in rows],
            "may_add": self.actor.may("marketing.create_picture"),
            **kwargs,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            added = self._add(request).pk
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            return self.draw(self.context(refusal=refusal))
        return self.draw(self.context(added=added))

    def _add(self, request: HttpRequest) -> CampaignPicture:
        self.actor.require("marketing.create_picture")
        file = request.FILES.get("image")
        if file is None:
            raise DomainError(_("Choose a picture first, PNG or JPEG."), field="image")
        if (file.size or 0) > settings.LARGEST_UPLOAD:
            raise DomainError(_("The picture is too large. Choose one of at most 10 MB."), field="image")
        return add_picture(image=file.read(), name=file.name or "", actor=self.actor)

    def _shown(self, row: CampaignPicture) -> dict[str, Any]:
        path = f"/storage/{row.file}"
        may_delete = self.actor.may("marketing.delete_picture", row)
        shape = {"id": row.pk, "name": row.name, "width": row.width, "height": row.height}
        return {**shape, "path": path, "url": base_url(self.request) + path, "may_delete": may_delete}


class PictureDelete(PictureShelf):
    """Take one off the shelf."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        delete_picture(row_of(PICTURES, kwargs["pk"], self.actor), actor=self.actor)
        return self.draw(self.context())
