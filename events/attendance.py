"""The list of attendees as a file for spreadsheets, and the QR codes of their tickets."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import segno
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.links import public_link
from events.models import Attendee, AttendeeStatus, Event
from events.queries import ATTENDEES, of_event
from leadercrm.core.actor import Actor
from leadercrm.core.sheets import csv_lines
from leadercrm.core.text import fold

MOST = 100_000


def attendance(event: Event, actor: Actor) -> Iterator[str]:
    """The attendees that the actor sees, in lines of CSV in the active language."""
    head = [_("Name"), _("E-mail"), _("Answer"), _("Checked in"), _("Code"), _("Notes"), _("Origin")]
    return csv_lines(head, map(_cells, _rows(event, actor)))


def _rows(event: Event, actor: Actor) -> list[dict[str, Any]]:
    """All of them as they are at one moment, by name."""
    page = ATTENDEES.page(actor, limit=MOST, offset=0, values={"event": event.pk}, key=("event",), narrow=of_event)
    rows: list[dict[str, Any]] = json.loads(page.rows)
    return sorted(rows, key=lambda row: (fold(row["name"] or ""), row["id"]))


def _cells(row: dict[str, Any]) -> Sequence[str]:
    came = parse_datetime(row["checked_in_at"]) if row["checked_in_at"] else None
    return (
        row["name"] or "",
        row["email"] or "",
        str(AttendeeStatus(row["status"]).label),
        date_format(localtime(came), "Y-m-d H:i") if came else "",
        row["code"],
        row["notes"] or "",
        str(dict(Attendee._meta.get_field("origin").flatchoices).get(row["origin"], row["origin"])),
    )


def qr_of(attendee: Attendee) -> segno.QRCode:
    """What is shown at the door: the ticket's address, or its code where the server has no name."""
    return segno.make(public_link(attendee) or attendee.code, error="m", micro=False)
