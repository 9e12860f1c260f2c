"""The door of an event: who has come, by the ticket or by name; and the buttons on one attendee."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.actions.attendees import attendee_of, remove_attendee
from events.actions.door import attendee_by_code, check_in, undo_check_in
from events.api.serializers import CodeInput
from events.backoffice.events import EventPage
from events.models import Attendee
from events.queries import EVENTS
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.web.acts import came_from
from leadercrm.core.web.lists import Column
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast, warn


class DoorPage(EventPage):
    """Checking in: by the ticket's code, by a phone's camera, or by name."""

    template = "events/backoffice/door.html"
    required_permission = "events.check_in"
    columns = (
        Column("name", _("Name"), template="events/backoffice/_attendee.html"),
        Column("code", _("Code")),
        Column("status", _("Answer"), "badge"),
        Column("is_checked_in", _("Came"), template="events/backoffice/_came.html"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = super().context(**kwargs)
        came = Attendee.objects.filter(event_id=kwargs["pk"], checked_in_at__isnull=False).count()
        return {**context, "came": came}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        event = row_of(EVENTS, pk, self.actor)
        try:
            code = validated(CodeInput, {"code": request.POST.get("code", "")})["code"]
            attendee = check_in(attendee_by_code(event, code), actor=self.actor)
        except DomainError as refusal:
            if refusal.status != 422:
                raise
            warn(request, refusal.message)
        else:
            undo = reverse("web:event-undo-check-in", args=(pk, attendee.pk))
            toast(request, _("%(name)s has come.") % {"name": attendee.name}, undo=undo)
        return see_other(reverse("web:event-door", args=(pk,)))


class AttendeeAct(Page):
    """A button on one attendee: calls `act`, and goes back to the page it was on."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, attendee_id: int) -> HttpResponse:
        attendee = attendee_of(row_of(EVENTS, pk, self.actor), attendee_id)
        self.act(attendee, pk)
        return see_other(came_from(request))

    def act(self, attendee: Attendee, pk: int) -> None:
        raise NotImplementedError


class CheckIn(AttendeeAct):
    def act(self, attendee: Attendee, pk: int) -> None:
        check_in(attendee, actor=self.actor)
        undo = reverse("web:event-undo-check-in", args=(pk, attendee.pk))
        toast(self.request, _("%(name)s has come.") % {"name": attendee.name}, undo=undo)


class UndoCheckIn(AttendeeAct):
    def act(self, attendee: Attendee, pk: int) -> None:
        undo_check_in(attendee, actor=self.actor)
        toast(self.request, _("Taken back: %(name)s has not come.") % {"name": attendee.name})


class AttendeeRemove(AttendeeAct):
    def act(self, attendee: Attendee, pk: int) -> None:
        name = attendee.name
        remove_attendee(attendee, actor=self.actor)
        toast(self.request, _("%(name)s was taken off the list.") % {"name": name})
