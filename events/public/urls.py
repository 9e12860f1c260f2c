"""Addresses of events for people without a login."""

from django.urls import path

from events.models import Attendee
from events.public.feeds import FeedFile
from events.public.pages import CalendarFile, RegistrationPage, TicketPage

urlpatterns = [
    path("e/<str:token>", RegistrationPage.as_view(), name="event-page"),
    path("e/<str:token>/event.ics", CalendarFile.as_view(), name="event-file"),
    path("a/<str:token>", TicketPage.as_view(), name="ticket"),
    path("a/<str:token>/event.ics", CalendarFile.as_view(model=Attendee), name="ticket-file"),
    path("calendar/<str:token>.ics", FeedFile.as_view(), name="calendar-feed-file"),
]
