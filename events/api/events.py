"""Events under /api/v1."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from events.actions.attendees import attendee_of, rsvp
from events.actions.door import attendee_by_code, undo_check_in
from events.actions.door import check_in as let_in
from events.actions.events import change_event, create_event, delete_event, restore_event, share_link
from events.actions.inviting import invite
from events.api.files import csv_response
from events.api.resources import EVENT
from events.api.serializers import AnswerInput, CodeInput, EventInput, EventShareInput, InviteInput
from events.filters import EventFilter
from events.links import public_link, public_path
from events.queries import ATTENDEES, DELETED_EVENTS, EVENTS, of_event
from leadercrm.core.api.bin import BinViewSet
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import json_response, row_response
from leadercrm.core.api.shapes import FILE, INTEGER, TEXT, component, data, list_of, nullable, record
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID

# Attendees in an event's detail.
MOST_SHOWN = 100
ANSWERED = data(component("Attendee"))
LINK = record({"path": TEXT, "url": nullable(TEXT)}, "EventLink")
INVITED = record({"invited": INTEGER, "already": INTEGER, "unmailable": INTEGER}, "Invited")


class EventViewSet(BinViewSet):
    resource = EVENT
    rows = EVENTS
    bin_rows = DELETED_EVENTS
    restore_action = restore_event
    filters = EventFilter.base_filters
    serializer_class = EventInput
    create_action = create_event
    update_action = change_event
    delete_action = delete_event
    deleted_message = _("Event deleted.")
    detailed = {"attendees": list_of(component("Attendee"))}

    def retrieve(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        row = self.rows.one(pk, self.actor) if pk <= MAX_ID else None
        if row is None:
            raise NotFound()
        return row_response(self._detailed(row, pk))

    def answer(self, pk: int, status: int = 200, meta: Mapping[str, Any] | None = None) -> HttpResponse:
        row = self.rows.one(pk)
        if row is None:
            raise NotFound()
        return row_response(self._detailed(row, pk), status, meta)

    def _detailed(self, row: str, pk: int) -> str:
        """The row with its first attendees that the actor sees; their own list has them all."""
        page = ATTENDEES.page(
            self.actor, limit=MOST_SHOWN, offset=0, values={"event": pk}, key=("event",), narrow=of_event
        )
        return f'{row[:-1]},"attendees":{page.rows}}}'

    @described(
        _("Answer whether one comes"),
        id="rsvpEvent",
        act=rsvp,
        details=_("Where all seats are taken, `waitlist` puts who accepts on the waiting list."),
        body=AnswerInput,
        returns=ANSWERED,
    )
    @drf_action(detail=True, methods=["post"])
    def rsvp(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The caller's answer; answers with the attendee."""
        return self._attendee(rsvp(self.row(pk), self.cleaned(AnswerInput), actor=self.actor))

    @described(
        _("Invite contacts by mail"),
        id="inviteContacts",
        act=invite,
        details=_("Each gets a mail with a calendar file and a page of their own to answer on."),
        body=InviteInput,
        returns=data(INVITED),
    )
    @drf_action(detail=True, methods=["post"])
    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How many are invited by this."""
        return json_response({"data": invite(self.row(pk), self.cleaned(InviteInput), actor=self.actor)})

    @described(
        _("Get the link of the registration page, or renew it"),
        id="shareEventLink",
        act=share_link,
        body=EventShareInput,
        returns=data(LINK),
    )
    @drf_action(detail=True, methods=["post"])
    def link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page's address; with `renew` another one, and the former opens nothing any more."""
        event = share_link(self.row(pk), **self.cleaned(EventShareInput), actor=self.actor)
        return json_response({"data": {"path": public_path(event), "url": public_link(event) or None}})

    @described(
        _("Download the list of attendees"),
        id="downloadAttendance",
        details=_("For spreadsheets; nothing in it is taken for a formula."),
        returns=FILE,
        media_type="text/csv",
    )
    def attendance(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Those that the caller sees, as CSV."""
        return csv_response(self.row(pk), self.actor)

    def _attendee(self, attendee: Any) -> HttpResponse:
        row = ATTENDEES.one(attendee.pk)
        assert row is not None  # noqa: S101 - it was written just now
        return row_response(row)


class DoorViewSet(EventViewSet):
    """Checking attendees in."""

    @described(_("Check an attendee in"), id="checkInAttendee", act=let_in, returns=ANSWERED)
    def check_in(self, request: HttpRequest, pk: int, attendee_id: int) -> HttpResponse:
        """Once more changes nothing."""
        return self._attendee(let_in(attendee_of(self.row(pk), attendee_id), actor=self.actor))

    @described(_("Take a check-in back"), id="undoCheckIn", act=undo_check_in, returns=ANSWERED)
    def undo(self, request: HttpRequest, pk: int, attendee_id: int) -> HttpResponse:
        """The attendee keeps their seat."""
        return self._attendee(undo_check_in(attendee_of(self.row(pk), attendee_id), actor=self.actor))

    @described(
        _("Check an attendee in by their ticket"), id="checkInByCode", act=let_in, body=CodeInput, returns=ANSWERED
    )
    def by_code(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the ticket's QR code says, or the code that stands below it."""
        attendee = attendee_by_code(self.row(pk), self.cleaned(CodeInput)["code"])
        return self._attendee(let_in(attendee, actor=self.actor))
