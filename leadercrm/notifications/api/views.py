"""Notifications under /api/v1: everybody's own alone."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import BOOLEAN, INTEGER, TEXT, data, list_of, one_of, record
from leadercrm.core.api.views import ApiView, TenantViewSet
from leadercrm.notifications.actions.reading import change_preferences, read_all_notifications, read_notification
from leadercrm.notifications.api.serializers import PreferencesInput
from leadercrm.notifications.filters import NotificationFilter
from leadercrm.notifications.models import NotificationType
from leadercrm.notifications.queries import NOTIFICATIONS, preferences_of

NOTIFICATION = Resource(
    "Notification",
    gettext_lazy("notification"),
    gettext_lazy("notifications"),
    gettext_lazy("What the caller should know. Everybody sees their own alone."),
)
CHOICE = record(
    {"type": one_of(NotificationType.values), "name": TEXT, "in_app": BOOLEAN, "email": BOOLEAN},
    "NotificationPreference",
)
CHOICES = data(list_of(CHOICE))


class NotificationViewSet(TenantViewSet):
    """Listed and read; they come into being by what happens, and there is nothing else to do with one."""

    resource = NOTIFICATION
    rows = NOTIFICATIONS
    filters = NotificationFilter.base_filters

    @described(gettext_lazy("Mark a notification as read"), id="readNotification", act=read_notification)
    def read(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that it was read; a second time changes nothing."""
        read_notification(self.row(pk), actor=self.actor)
        return self.answer(pk)

    @described(
        gettext_lazy("Mark all notifications as read"),
        id="readAllNotifications",
        act=read_all_notifications,
        returns=record({"message": TEXT, "updated": INTEGER}),
    )
    def read_all(self, request: HttpRequest) -> HttpResponse:
        """Note that all of the caller's were read; `updated` says how many were unread."""
        updated = read_all_notifications(actor=self.actor)
        return json_response({"message": _("All notifications were marked as read."), "updated": updated})


class PreferencesView(ApiView):
    """For each type: whether the caller sees it, and whether they get a mail."""

    resource = NOTIFICATION

    @described(gettext_lazy("List notification preferences"), id="listNotificationPreferences", returns=CHOICES)
    def get(self, request: HttpRequest) -> HttpResponse:
        return json_response({"data": preferences_of(self.actor)})

    @described(
        gettext_lazy("Change notification preferences"),
        id="changeNotificationPreferences",
        act=change_preferences,
        body=PreferencesInput,
        returns=CHOICES,
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        """Change what is sent; types that are left out stay as they were."""
        change_preferences(self.cleaned(PreferencesInput)["preferences"], actor=self.actor)
        return self.get(request)
