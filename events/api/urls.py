"""Addresses of events."""

from django.urls import path

from events.api.attendees import AttendeeViewSet
from events.api.events import DoorViewSet, EventViewSet
from events.api.feeds import FeedView, TenantFeedView
from leadercrm.core.api.routers import ApiRouter

router = ApiRouter()
router.register("events", EventViewSet, basename="event")

attendance = DoorViewSet.as_view({"get": "attendance"})
attendee_qr = AttendeeViewSet.as_view({"get": "qr"})
attendee_list = AttendeeViewSet.as_view({"get": "list", "post": "create"})
attendee_detail = AttendeeViewSet.as_view({"get": "retrieve", "put": "update", "patch": "update", "delete": "destroy"})
check_in = DoorViewSet.as_view({"post": "check_in", "delete": "undo"})

urlpatterns = [
    *router.urls,
    path("events/<int:event_pk>/attendees", attendee_list, name="attendee-list"),
    path("events/<int:event_pk>/attendees/<int:pk>", attendee_detail, name="attendee-detail"),
    path("events/<int:pk>/attendees.csv", attendance, name="event-attendance"),
    path("events/<int:event_pk>/attendees/<int:pk>/qr", attendee_qr, name="attendee-qr"),
    path("calendar-feed", FeedView.as_view(), name="calendar-feed"),
    path("calendar-feed/all", TenantFeedView.as_view(), name="calendar-feed-all"),
    path("events/<int:pk>/check-in", DoorViewSet.as_view({"post": "by_code"}), name="event-check-in-by-code"),
    path("events/<int:pk>/check-in/<int:attendee_id>", check_in, name="event-check-in"),
]
