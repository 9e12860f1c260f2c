"""What the API's description calls the resources of events."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.described import Resource

EVENT = Resource("Event", _("event"), _("events"), _("What people attend, with its seats, its door and its mails."))
ATTENDEE = Resource("Attendee", _("attendee"), _("attendees"), _("Users and contacts at an event."))
FEED = Resource("CalendarFeed", _("calendar feed"), _("calendar feeds"), _("Addresses that calendar programs read."))
