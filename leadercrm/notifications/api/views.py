"""Notifications under /api/v1: everybody's own alone."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from leadercrm.core.api.responses import json_response
from leadercrm.core.api.views import ApiView, TenantViewSet
from leadercrm.notifications.actions.reading import change_preferences, read_all_notifications, read_notification
from leadercrm.notifications.api.serializers import PreferencesInput
from leadercrm.notifications.filters import NotificationFilter
from leadercrm.notifications.queries import NOTIFICATIONS, preferences_of


class NotificationViewSet(TenantViewSet):
    """Listed and read; they come into being by what happens, and there is nothing else to do with one."""

    rows = NOTIFICATIONS
    filters = NotificationFilter.base_filters

    def read(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that it was read; a second time changes nothing."""
        read_notification(self.row(pk), actor=self.actor)
        return self.answer(pk)

    def read_all(self, request: HttpRequest) -> HttpResponse:
        """Note that all of the caller's were read; `updated` says how many were unread."""
        updated = read_all_notifications(actor=self.actor)
        return json_response({"message": _("All notifications were marked as read."), "updated": updated})


class PreferencesView(ApiView):
    """For each type: whether the caller sees it, and whether they get a mail."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return json_response({"data": preferences_of(self.actor)})

    def put(self, request: HttpRequest) -> HttpResponse:
        """Change what is sent; types that are left out stay as they were."""
        change_preferences(self.cleaned(PreferencesInput)["preferences"], actor=self.actor)
        return self.get(request)
