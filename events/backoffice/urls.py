"""The addresses of the pages of events, and their line in the menus."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from events.backoffice import calendar, door, events, wording
from leadercrm.core.web.navigation import Entry, enter, offer_new

urlpatterns = [
    path("agenda", calendar.CalendarPage.as_view(), name="calendar"),
    path("agenda/entries", calendar.CalendarEntries.as_view(), name="calendar-entries"),
    path("agenda/activities/<int:pk>", calendar.ActivityMove.as_view(), name="calendar-activity"),
    path("agenda/events/<int:pk>", calendar.EventMove.as_view(), name="calendar-event"),
    path("events", events.EventList.as_view(), name="events"),
    path("events/new", events.EventForm.as_view(), name="event-new"),
    path("events/<int:pk>", events.EventPage.as_view(), name="event"),
    path("events/<int:pk>/edit", events.EventForm.as_view(), name="event-edit"),
    path("events/<int:pk>/door", door.DoorPage.as_view(), name="event-door"),
    path("events/<int:pk>/answer", events.EventAnswer.as_view(), name="event-answer"),
    path("events/<int:pk>/add", events.AttendeeAdd.as_view(), name="event-add"),
    path("events/<int:pk>/invite", events.EventInvite.as_view(), name="event-invite"),
    path("events/<int:pk>/link", events.EventLink.as_view(), name="event-link"),
    path("events/<int:pk>/attendance", events.EventFile.as_view(), name="event-file"),
    path("events/<int:pk>/delete", events.EventDelete.as_view(), name="event-delete"),
    path("events/<int:pk>/restore", events.EventRestore.as_view(), name="event-restore"),
    path("events/<int:pk>/<int:attendee_id>/check-in", door.CheckIn.as_view(), name="event-check-in"),
    path("events/<int:pk>/<int:attendee_id>/undo", door.UndoCheckIn.as_view(), name="event-undo-check-in"),
    path("events/<int:pk>/<int:attendee_id>/remove", door.AttendeeRemove.as_view(), name="event-remove"),
]

enter(10, _("Sales"), Entry(_("Calendar"), "calendar", "web:calendar", "agenda"))
enter(10, _("Sales"), Entry(_("Events"), "calendar-event", "web:events", "events", "events.view_event"))
offer_new(45, Entry(_("Event"), "calendar-event", "web:event-new", permission="events.create_event"))

__all__ = ["urlpatterns", "wording"]
