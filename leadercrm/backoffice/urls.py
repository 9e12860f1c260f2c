"""The addresses of /admin/."""

from django.urls import path

from leadercrm.backoffice.login import login, logout
from leadercrm.core.admin_kit.site import load_admins, tenant_site

load_admins()
urlpatterns = [
    path("login/", login, name="login"),
    path("logout/", logout, name="logout"),
    *tenant_site.get_urls(),
]
