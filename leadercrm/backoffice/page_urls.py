"""The addresses of all pages of the back office, under one namespace: the API has the plain names."""

from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy as _

from leadercrm.backoffice.account import AccountPage, FactorPage, ForgottenPage, PasswordPage
from leadercrm.backoffice.entrance import LoginPage, LogoutPage
from leadercrm.backoffice.pages import (
    BellPage,
    HomePage,
    LanguagePage,
    NotificationPage,
    ReadAllPage,
    SearchPage,
)
from leadercrm.backoffice.settings.base import SettingsPage
from leadercrm.core.web.navigation import Entry, enter, surround
from leadercrm.notifications.queries import latest_notices, unread_count

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", HomePage.as_view(), name="home"),
    path("login", LoginPage.as_view(), name="enter"),
    path("logout", LogoutPage.as_view(), name="leave"),
    path("login/forgotten", ForgottenPage.as_view(), name="forgotten"),
    path("account", AccountPage.as_view(), name="account"),
    path("account/password", PasswordPage.as_view(), name="password"),
    path("account/factor", FactorPage.as_view(), name="factor"),
    path("language", LanguagePage.as_view(), name="language"),
    path("search", SearchPage.as_view(), name="search"),
    path("bell", BellPage.as_view(), name="bell"),
    path("notices/read", ReadAllPage.as_view(), name="notifications-read"),
    path("notices/<int:pk>", NotificationPage.as_view(), name="notification"),
    path("settings", SettingsPage.as_view(), name="settings"),
    path("settings/", include("leadercrm.backoffice.settings.urls")),
    path("", include("leadercrm.lists.backoffice.urls")),
    path("", include("crm.backoffice.urls")),
    path("", include("billing.backoffice.urls")),
    path("", include("marketing.backoffice.urls")),
    path("", include("events.backoffice.urls")),
    path("agents/", include("leadercrm.agents.backoffice.urls")),
]


def _around(request: Any) -> dict[str, Any]:
    return {
        "actor_name": request.user.get_full_name(),
        "unread": unread_count(request.actor),
        "notices": latest_notices(request.actor),
    }


enter(0, "", Entry(_("Start"), "home", "web:home", "home"))
enter(90, "", Entry(_("Settings"), "settings", "web:settings", "settings"))
surround(_around)
