"""Addresses of accounts outside the API."""

from django.urls import path, re_path

from leadercrm.accounts.pages import InvitationPage, ResetPage
from leadercrm.core.storage import picture

urlpatterns = [
    re_path(r"^storage/(?P<folder>avatars|products)/(?P<name>[0-9]{1,19})\.(?P<kind>jpg)\Z", picture, name="picture"),
    re_path(r"^storage/(?P<folder>logos)/(?P<name>[0-9]{1,19})\.(?P<kind>png)\Z", picture, name="logo"),
    path("invitation/<str:token>", InvitationPage.as_view(), name="invitation-page"),
    path("reset-password/<str:token>", ResetPage.as_view(), name="reset-page"),
]
