"""A user's portrait under /api/v1/users/{id}/avatar."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.accounts.actions.avatars import change_avatar, set_avatar
from leadercrm.accounts.api.users import UserViewSet
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import Bytes


class AvatarInput(serializers.Serializer[Any]):
    """A picture as Base64, which a body of 1 MB can hold about 700 kB of."""

    image = Bytes()


class AvatarViewSet(UserViewSet):
    @described(_("Set a user's portrait"), id="setAvatar", act=set_avatar, body=AvatarInput)
    def replace(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the portrait of the picture in `image`; answers with the user."""
        user = self.row(pk)
        change_avatar(user, image=self.cleaned(AvatarInput)["image"], actor=self.actor)
        return self.answer(pk)

    @described(_("Remove a user's portrait"), id="deleteAvatar", act=set_avatar)
    def remove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the user have no portrait; answers with the user."""
        set_avatar(self.row(pk), name="", actor=self.actor)
        return self.answer(pk)
