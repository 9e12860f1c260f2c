"""The pages of events: their list, and one of them with who attends."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.backoffice.options import users
from events.actions.attendees import add_attendee, rsvp
from events.actions.events import change_event, create_event, delete_event, restore_event, share_link
from events.actions.inviting import invite
from events.api.files import csv_response
from events.api.serializers import AnswerInput, AttendeeInput, EventInput, InviteInput
from events.backoffice.options import answers, event_types, times
from events.filters import AttendeeFilter, EventFilter
from events.links import public_path
from events.models import Attendee, Event
from events.queries import DELETED_EVENTS, EVENTS, attendees_page
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.responses import Paging
from leadercrm.core.api.validating import validated
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage, Paged
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.toasts import toast


class EventList(ListPage):
    title = _("Events")
    section = "events"
    rows = EVENTS
    filters = EventFilter.base_filters
    row_url, new_url = "web:event", "web:event-new"
    new_label, new_permission = _("New event"), "events.create_event"
    empty_title = _("No events yet")
    empty_text = _("Plan a webinar, a breakfast or a meeting; invite contacts, and check them in at the door.")
    columns = (
        Column("title", _("Title"), "title", sort="title"),
        Column("type", _("Type"), "badge", sort="type"),
        Column("start_at", _("Begins"), "due", sort="start_at"),
        Column("location", _("Place"), sort="location"),
        Column("attendees_count", _("Attending"), "number"),
        Column("max_attendees", _("Seats"), "number"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("upcoming", _("Any time"), times), Choice("owner_id", _("Anybody's"), users))


class EventForm(FormPage):
    """Plan an event, or change one."""

    section = "events"
    rows = EVENTS
    serializer = EventInput
    create_action, update_action = create_event, change_event
    place = ("web:events", "web:event", _("New event"), _("Edit event"))
    fields = (
        Field("title", _("Title"), half=False),
        Field("type", _("Type"), "choice", options=event_types),
        Field("location", _("Place"), hint=_("A room, an address, or the link of a video call.")),
        Field("start_at", _("Begins"), "moment"),
        Field("end_at", _("Ends"), "moment"),
        Field("max_attendees", _("Seats"), "number", hint=_("Empty: as many as come.")),
        Field("reminder_minutes", _("Reminder, minutes before"), "number", hint=_("Empty: none. A day has 1440.")),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("description", _("Description"), "area", half=False),
        Field("is_open", _("Its public page takes registrations"), "flag"),
        Field("is_mandatory", _("Mandatory for every user"), "flag"),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, "reminder_minutes": 1440, "type": "meeting", **super().preset()}


class EventPage(Page):
    """One event, and who attends it."""

    template = "events/backoffice/event.html"
    section = "events"
    row_url = ""
    empty_title = _("Nobody here yet")
    empty_text = _("Invite contacts, or share the registration page.")
    columns: tuple[Column, ...] = (
        Column("name", _("Name"), template="events/backoffice/_attendee.html"),
        Column("status", _("Answer"), "badge"),
        Column("is_checked_in", _("Came"), template="events/backoffice/_came.html"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        event = json_row(EVENTS, kwargs["pk"], self.actor)
        row, paging = row_of(EVENTS, event["id"], self.actor), Paging.of(self.request)
        narrowing = Narrowing(AttendeeFilter.base_filters, self.request.GET)
        found = attendees_page(row, narrowing, self.actor, limit=paging.per_page, offset=paging.offset)
        chosen = self.request.GET.get("status", "")
        own = Attendee.objects.filter(event=row, user_id=self.actor.user_id or 0).first()
        return {
            "title": event["title"],
            "event": event,
            "rows": json.loads(found.rows),
            "paged": Paged(paging.page, paging.per_page, found.count, found.total),
            "columns": self.columns,
            "sort": "",
            "states": [(state, label, state == chosen) for state, label in answers()],
            "search": self.request.GET.get("search", ""),
            "narrowed": bool(chosen or self.request.GET.get("search")),
            "page_class": self,
            "own": own,
            "link": public_path(row),
            **self._rights(row),
        }

    def _rights(self, row: Event) -> dict[str, bool]:
        names = {
            "may_change": "events.change_event", "may_delete": "events.delete_event", "may_invite": "events.invite",
            "may_seat": "events.change_attendees", "may_check_in": "events.check_in",
        }  # fmt: skip
        return {name: self.actor.may(permission, row) for name, permission in names.items()}

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if self.request.headers.get("HX-Target", "").endswith("#list") and "rows" in context:
            template = "web/_list.html"
        return super().draw(context, template=template, status=status)


class EventAnswer(ActPage):
    """One's own answer."""

    rows, serializer, done, then = EVENTS, AnswerInput, _("Your answer is noted."), "web:event"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rsvp(row_of(EVENTS, pk, self.actor), validated(AnswerInput, self.values()), actor=self.actor)
        toast(request, self.done)
        return see_other(self.after(pk))


class AttendeeAdd(ActPage):
    """Put a contact on the list."""

    rows, done, then = EVENTS, _("Added to the event."), "web:event"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        values = validated(AttendeeInput, {**self.values(), "status": "accepted"})
        add_attendee(row_of(EVENTS, pk, self.actor), values, actor=self.actor)
        toast(request, self.done)
        return see_other(self.after(pk))


class EventInvite(ActPage):
    """Mail an invitation to contacts, or to a segment of them."""

    rows, then = EVENTS, "web:event"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = [value for value in request.POST.getlist("contact_ids") if value]
        asked = {"contact_ids": chosen, "segment_id": request.POST.get("segment_id") or None}
        told = invite(row_of(EVENTS, pk, self.actor), validated(InviteInput, asked), actor=self.actor)
        text = _("%(invited)s invited, %(already)s were there already, %(unmailable)s cannot be mailed.")
        toast(request, text % told)
        return see_other(self.after(pk))


class EventLink(Page):
    """The registration page's link renewed: the former opens nothing any more."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        share_link(row_of(EVENTS, pk, self.actor), renew=True, actor=self.actor)
        toast(request, _("There is a new link now."))
        return see_other(reverse("web:event", args=(pk,)))


class EventFile(Page):
    """The list of attendees, for spreadsheets."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return csv_response(row_of(EVENTS, kwargs["pk"], self.actor), self.actor)


class EventDelete(ActPage):
    rows, action, done = EVENTS, delete_event, _("Event deleted.")
    undo, then_list = "web:event-restore", "web:events"


class EventRestore(RestorePage):
    rows, action, done, then = DELETED_EVENTS, restore_event, _("Event restored."), "web:event"
