"""Pictures of campaigns under /api/v1."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.described import described
from leadercrm.core.api.fields import Bytes
from leadercrm.core.api.responses import base_url
from leadercrm.core.api.uploads import Upload, is_form, read_upload
from leadercrm.core.api.views import TenantViewSet
from marketing.actions.pictures import add_picture, delete_picture, shelve_picture
from marketing.api.resources import PICTURE
from marketing.queries_pictures import PICTURES


class PictureInput(serializers.Serializer[Any]):
    """A picture as Base64."""

    image = Bytes()


class PictureViewSet(TenantViewSet):
    resource = PICTURE
    rows = PICTURES
    delete_action = delete_picture
    deleted_message = _("Picture deleted.")
    most_bytes = settings.LARGEST_UPLOAD

    def given(self) -> dict[str, Any]:
        return {"base_url": base_url(self.request)}

    @described(
        _("Add a picture for campaigns"),
        act=shelve_picture,
        details=_(
            "A JPEG, PNG or WebP of at most 10 MB: a form's file, or Base64 in JSON. Its `url` is for the content."
        ),
        body=PictureInput,
        upload="image",
        status=201,
    )
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """It is decoded and written anew, at most 1280 pixels wide or high, and kept for ever under its address."""
        sent = read_upload(request, "image") if is_form(request) else Upload(self.cleaned(PictureInput)["image"])
        return self.answer(add_picture(image=sent.content, name=sent.name, actor=self.actor).pk, 201)
