"""Addresses of accounts outside the API."""

from django.urls import path, re_path

from leadercrm.accounts.pages import InvitationPage, ResetPage
from leadercrm.accounts.storage import avatar

urlpatterns = [
    re_path(r"^storage/avatars/(?P<name>[0-9]{1,19})\.jpg\Z", avatar, name="avatar"),
    path("invitation/<str:token>", InvitationPage.as_view(), name="invitation-page"),
    path("reset-password/<str:token>", ResetPage.as_view(), name="reset-page"),
]
