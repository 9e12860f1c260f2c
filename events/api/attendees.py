"""Attendees under /api/v1/events/{id}/attendees."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from events.actions.attendees import add_attendee, change_attendee, remove_attendee
from events.api.files import qr_response
from events.api.resources import ATTENDEE
from events.api.serializers import AttendeeInput
from events.filters import AttendeeFilter
from events.models import Event
from events.queries import ATTENDEES, EVENTS, attendees_page, one_of_event
from leadercrm.core.api.described import described
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging, list_response, row_response
from leadercrm.core.api.shapes import FILE
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID


class AttendeeViewSet(TenantViewSet):
    resource = ATTENDEE
    rows = ATTENDEES
    filters = AttendeeFilter.base_filters
    serializer_class = AttendeeInput
    create_action = add_attendee
    update_action = change_attendee
    delete_action = remove_attendee
    deleted_message = _("Attendee removed.")

    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        event, paging = self._event(), Paging.of(request)
        narrowing = Narrowing(self.filters, request.GET)
        page = attendees_page(event, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        return list_response(request, page, paging)

    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        attendee = add_attendee(self._event(), self.cleaned(AttendeeInput), actor=self.actor)
        return self.answer(attendee.pk, 201)

    def row(self, pk: int) -> Any:
        attendee = super().row(pk)
        if attendee.event_id != self._event().pk:
            raise NotFound()
        return attendee

    def retrieve(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        values = {"event": self.kwargs["event_pk"], "attendee": pk}
        if max(values.values()) > MAX_ID:
            raise NotFound()
        page = ATTENDEES.page(self.actor, limit=2, offset=0, values=values, key=("one",), narrow=one_of_event)
        if not page.count:
            raise NotFound()
        return row_response(page.rows[1:-1])

    @described(
        _("Get an attendee's QR code"),
        id="getAttendeeQr",
        details=_("What the door's camera reads, as a picture."),
        returns=FILE,
        media_type="image/svg+xml",
    )
    def qr(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        """The address of their ticket."""
        return qr_response(self.row(pk))

    def _event(self) -> Event:
        pk = self.kwargs["event_pk"]
        event: Event | None = EVENTS.instance(pk, self.actor) if pk <= MAX_ID else None
        if event is None:
            raise NotFound()
        return event
