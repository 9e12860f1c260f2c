"""Pages of the back office: who may see them, and how they are drawn, whole or as a part.

A page is one template. Asked for by the browser it is drawn with the shell around it; asked for by
htmx, without. What an action refuses is told where the form that asked for it shows it, or else as
a page, or, to htmx, as a toast: a page holds no `try`.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_protect

from leadercrm.core.actor import Actor
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.navigation import shell_of

WHOLE, PART = "web/shell.html", "web/part.html"


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for what goes into the page that is there."""
    return request.headers.get("HX-Request-Type") == "partial"


def json_row(
    rows: JsonRows, pk: int, actor: Actor | None = None, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """One row as the API has it; `given` fills its columns' parameters. Raises NotFound."""
    text = rows.one(pk, actor, given) if pk <= MAX_ID else None
    if text is None:
        raise NotFound()
    row: dict[str, Any] = json.loads(text)
    return row


def row_of(rows: JsonRows, pk: int, actor: Actor) -> Any:
    """One row that the actor sees, for an action. Raises NotFound."""
    row = rows.instance(pk, actor) if pk <= MAX_ID else None
    if row is None:
        raise NotFound()
    return row


def see_other(address: str) -> HttpResponse:
    """After a POST: go there by GET."""
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


@method_decorator(csrf_protect, name="dispatch")
class Page(View):
    """A page for people who have logged in. `section` is the line of the side bar that it belongs to."""

    http_method_names = ["get", "head", "post"]
    template: ClassVar[str]
    title: ClassVar[Any] = ""
    section: ClassVar[str] = ""
    required_permission: ClassVar[str] = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor is None:
            return self._asked_to_log_in(request)
        with translation.override(request.user.language):
            try:
                if self.required_permission:
                    self.actor.require(self.required_permission)
                return super().dispatch(request, *args, **kwargs)
            except (Http404, PermissionDenied):
                raise
            except Exception as error:
                refusal = as_refusal(error)
                if refusal is None:
                    raise
                return self.refused(refusal)

    @property
    def actor(self) -> Actor:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context(**kwargs))

    def context(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        return {}

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The page, or its part when htmx asks for it."""
        part = wants_part(self.request)
        shared = {
            "layout": PART if part else WHOLE,
            "title": self.title,
            "section": self.section,
            "actor": self.actor,
            **({} if part else shell_of(self.request, self.actor)),
        }
        response = render(self.request, template or self.template, {**shared, **context}, status=status)
        response.headers["Vary"] = "HX-Request-Type"
        return response

    def refused(self, refusal: DomainError) -> HttpResponse:
        """What an action refused, where no form on the page tells it."""
        context = {"refusal": refusal, "title": refusal.message}
        return self.draw(context, template="web/refused.html", status=refusal.status)

    def _asked_to_log_in(self, request: HttpRequest) -> HttpResponse:
        """By htmx the whole browser is sent there: a login form has no place inside a page."""
        came = request.headers.get("HX-Current-URL", "") if wants_part(request) else request.get_full_path()
        address = f"{reverse('web:enter')}?{urlencode({'next': came})}"
        if not wants_part(request):
            return HttpResponseRedirect(address)
        return HttpResponse(status=401, headers={"HX-Redirect": address})
