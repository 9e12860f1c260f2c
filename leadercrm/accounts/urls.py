"""Addresses of accounts outside the API."""

from django.urls import re_path

from leadercrm.accounts.storage import avatar

urlpatterns = [re_path(r"^storage/avatars/(?P<name>[0-9]{1,19})\.jpg\Z", avatar, name="avatar")]
