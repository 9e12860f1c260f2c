"""The addresses of /operator/."""

from django.urls import path

from leadercrm.core.admin_kit.site import load_admins
from leadercrm.operators.login import login, logout
from leadercrm.operators.site import operator_site

load_admins()
urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    *operator_site.get_urls(),
]
