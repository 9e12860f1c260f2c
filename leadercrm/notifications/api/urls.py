"""Addresses of notifications. `read-all` and `preferences` stand before what takes an id."""

from django.urls import path

from leadercrm.notifications.api.views import NotificationViewSet, PreferencesView

urlpatterns = [
    path("notifications", NotificationViewSet.as_view({"get": "list"}), name="notification-list"),
    path("notifications/read-all", NotificationViewSet.as_view({"post": "read_all"}), name="notification-read-all"),
    path("notifications/preferences", PreferencesView.as_view(), name="notification-preferences"),
    path("notifications/<int:pk>/read", NotificationViewSet.as_view({"post": "read"}), name="notification-read"),
]
