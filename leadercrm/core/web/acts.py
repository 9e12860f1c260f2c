"""Buttons: a POST on one row that calls an action, says what was done, and goes on to a page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from rest_framework.serializers import BaseSerializer

from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.validating import validated
from leadercrm.core.models import AuditEntry
from leadercrm.core.web.pages import Page, row_of, see_other
from leadercrm.core.web.toasts import toast

# For so long the undo of one's own deletion stays open, whatever one's role.
UNDOABLE = timedelta(hours=1)


class ActPage(Page):
    """Call `action(row, **what the serializer makes of the form, actor=actor)`.

    `undo` and `then` are names of addresses with the row's id; `then` may do without one (a list).
    Without `then` one goes back to the page that one came from.
    """

    http_method_names = ["post"]
    rows: ClassVar[JsonRows]
    action: ClassVar[Callable[..., Any]]
    serializer: ClassVar[type[BaseSerializer[Any]] | None] = None
    done: ClassVar[Any] = ""
    undo: ClassVar[str] = ""
    then: ClassVar[str] = ""
    then_list: ClassVar[str] = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        values = validated(self.serializer, self.values()) if self.serializer else {}
        row = row_of(self.rows, pk, self.actor)
        type(self).action(row, **values, actor=self.acting(row))
        if self.done:
            toast(request, self.done, undo=self.undo_address(pk))
        return see_other(self.after(pk))

    def acting(self, row: Any) -> Actor:
        """As whom."""
        return self.actor

    def values(self) -> dict[str, Any]:
        """The form's fields as the API's body; empty ones are left out."""
        return {name: value for name, value in self.request.POST.items() if value and name != "csrfmiddlewaretoken"}

    def undo_address(self, pk: int) -> str:
        return reverse(self.undo, args=(pk,)) if self.undo else ""

    def after(self, pk: int) -> str:
        if self.then:
            return reverse(self.then, args=(pk,))
        return reverse(self.then_list) if self.then_list else came_from(self.request)


class RestorePage(ActPage):
    """Take back what was deleted: for who may restore such rows, and for who has just deleted this one."""

    def acting(self, row: Any) -> Actor:
        """A toast's undo is no second right: who was allowed to do it may take it back for a while."""
        told = AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk)
        last = told.order_by("-pk").first()
        is_own = last is not None and last.user_id is not None and last.user_id == self.actor.user_id
        if last is None or not is_own or not last.action.endswith(".deleted") or last.at < timezone.now() - UNDOABLE:
            return self.actor
        return replace(self.actor, takes_back=True)


def came_from(request: HttpRequest) -> str:
    """The page of ours that a form was sent from."""
    came = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
    return came if own else "/"
