"""The registration page of an event, and an attendee's own: the answer, the ticket, the calendar file."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from events.actions.registering import Registration, answer_by_link, register
from events.actions.seats import seats_left
from events.attendance import qr_of
from events.calendars import file_of
from events.links import opened
from events.models import Attendee, AttendeeStatus, Event
from events.public.forms import RegistrationForm
from events.wording import when
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.errors import DomainError
from leadercrm.core.web.branding import House, house
from leadercrm.core.web.public import PublicView

# Many register at once, of one event or behind one address; nobody does so for the same person all the time.
REGISTER_BY_EVENT = throttling.Limit("event-register", 1000, 600, fails_closed=True)
REGISTER_BY_ADDRESS = throttling.Limit("event-register-ip", 30, 600, fails_closed=True)
REGISTER_BY_EMAIL = throttling.Limit("event-register-email", 3, 3600, fails_closed=True)
ANSWER = throttling.Limit("event-answer", 20, 600, fails_closed=True)
FEW_SEATS = 10
S = AttendeeStatus


class EventView(PublicView):
    """A page behind a link of events."""

    most_bytes = 16 * 1024
    refused = "events/public/refused.html"
    template: ClassVar[str]

    def shown(self, event: Event, token: str, *, status: int = 200, **extra: Any) -> HttpResponse:
        brand = house()
        context = {
            "token": token,
            "brand": brand,
            "theme": brand.theme,
            "event": event,
            "when": when(event),
            "state": state_of(event),
            **extra,
        }
        if event.deleted_at is not None:
            status = 410
        return render(self.request, self.template, self.common(**context), status=status)

    def back(self, path: str, **query: str) -> HttpResponse:
        """To the page, by GET, in the language that was chosen."""
        lang = self.request.GET.get("lang", "")
        known = {**query, **({"lang": lang} if lang in ("es", "en") else {})}
        text = "&".join(f"{name}={value}" for name, value in known.items())
        response = HttpResponseRedirect(f"{path}?{text}" if text else path)
        response.status_code = 303
        return response


class RegistrationPage(EventView):
    """Reading what an event is about, and registering for it."""

    template = "events/public/event.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, Event) as event:
            return self.page(event, token, done=request.GET.get("done", ""))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, Event) as event:
            REGISTER_BY_EVENT.spend(token[:20])
            REGISTER_BY_ADDRESS.spend(client_ip(request))
            form = RegistrationForm(request.POST)
            if not form.is_valid():
                return self.page(event, token, form=form, status=422)
            waits = "waits" in request.POST
            if not form.cleaned_data["place"]:  # a machine is told the same
                refusal = self._register(event, form, token, waits)
                if refusal is not None:
                    return self.page(event, token, form=form, refusal=refusal, status=422)
            return self.back(request.path, done="waiting" if waits else "registered")

    def _register(self, event: Event, form: RegistrationForm, token: str, waits: bool) -> DomainError | None:
        given = form.cleaned_data
        REGISTER_BY_EMAIL.spend(f"{token[:20]} {given['email'].lower()}")
        said = Registration(
            email=given["email"],
            phone=given["phone"],
            columns=form.columns(),
            consent=consent_to(event, house()),
            language=self.language,
            waits=waits,
        )
        name = " ".join(form.columns().values())
        actor = Actor.client(event, ip=client_ip(self.request), label=f"{name} <{given['email']}>")
        try:
            register(event, said, actor=actor)
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            return refusal
        return None

    def page(self, event: Event, token: str, **extra: Any) -> HttpResponse:
        left = seats_left(event)
        full = left is not None and left <= 0
        extra.setdefault("form", RegistrationForm())
        consent = consent_to(event, house())
        few = left if left is not None and 0 < left <= FEW_SEATS else None
        return self.shown(event, token, full=full, few=few, consent=consent, **extra)


class TicketPage(EventView):
    """An attendee's own: how they stand, what they answer, and the code for the door."""

    template = "events/public/ticket.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, Attendee) as attendee:
            return self.page(attendee, token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, Attendee) as attendee:
            ANSWER.spend(token[:20])
            status = request.POST.get("status")
            if status not in (S.ACCEPTED, S.DECLINED, S.TENTATIVE):
                return self.back(request.path)
            actor = Actor.client(attendee, ip=client_ip(request), label=attendee.name)
            try:
                answer_by_link(attendee, status, waits="waits" in request.POST, actor=actor)
            except DomainError as refusal:
                if refusal.status != 422:
                    raise
                attendee.refresh_from_db()
                return self.page(attendee, token, refusal=refusal, status=422)
            return self.back(request.path)

    def page(self, attendee: Attendee, token: str, **extra: Any) -> HttpResponse:
        event = _event_of(attendee)
        left = seats_left(event)
        seated = attendee.status == S.ACCEPTED
        return self.shown(
            event,
            token,
            attendee=attendee,
            qr=qr_of(attendee).svg_data_uri(scale=8, border=2, dark="#111827", light="#ffffff") if seated else "",
            full=left is not None and left <= 0 and not seated,
            **extra,
        )


class CalendarFile(EventView):
    """An event for the calendar of whoever has the link of its page, or of their own."""

    http_method_names = ["get", "head"]
    refused = "events/public/refused.html"
    model: ClassVar[type[Any]] = Event

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, self.model) as row:
            throttling.PUBLIC_FILE.spend(token[:20])
            attendee = row if isinstance(row, Attendee) else None
            event = _event_of(attendee) if attendee else row
            headers = {"Content-Disposition": 'attachment; filename="event.ics"'}
            content = file_of(event, attendee=attendee)
            return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def state_of(event: Event) -> str:
    """cancelled, over, closed or open."""
    if event.deleted_at is not None:
        return "cancelled"
    if event.end_at <= timezone.now():
        return "over"
    return "open" if event.is_open else "closed"


def consent_to(event: Event, brand: House) -> str:
    """What people agree to, in the active language; it is kept with their registration."""
    return _("I agree that %(house)s uses my data to organise “%(title)s” and writes to me about it.") % {
        "house": brand.name,
        "title": event.title,
    }


def _event_of(attendee: Attendee) -> Event:
    """Also one in the bin."""
    event: Event = Event.with_deleted.select_related("owner").get(pk=attendee.event_id)
    return event
