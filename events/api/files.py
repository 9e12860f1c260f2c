"""Files of events over HTTP, for the API and the pages."""

from io import BytesIO

from django.http import HttpResponse

from events.attendance import attendance, qr_of
from events.models import Attendee, Event
from leadercrm.core.actor import Actor

CSV, SVG = "text/csv; charset=utf-8", "image/svg+xml"


def csv_response(event: Event, actor: Actor) -> HttpResponse:
    """The list of attendees, to be saved."""
    name = f'attachment; filename="attendees-{event.pk}.csv"'
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse("".join(attendance(event, actor)), content_type=CSV, headers=headers)


def qr_response(attendee: Attendee) -> HttpResponse:
    """The QR code of a ticket."""
    written = BytesIO()
    qr_of(attendee).save(written, kind="svg", scale=8, border=2, dark="#111827", light="#ffffff")
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(written.getvalue(), content_type=SVG, headers=headers)
