"""What is taken from attendees when a person is erased: they stay a number that came, for the event's figures."""

from django.db.models import F

from crm.erasing import Subject, erases
from events.models import Attendee
from leadercrm.core import tally


@erases("events.attendee")
def take_from_events(subject: Subject) -> None:
    rows = Attendee.objects.filter(contact_id__in=subject.ids)
    subject.tell(Attendee._meta.label_lower, rows.values_list("pk", flat=True))
    rows.update(notes=None, consent="", link_version=F("link_version") + 1)
    tally.touch(Attendee._meta.label_lower)
