"""Sending documents over HTTP."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from billing.api.serializers_templates import SendInput
from billing.holding import mail_address_of
from leadercrm.core.api.described import Described, operation_id
from leadercrm.core.api.shapes import TEXT, Shape, component, explained, list_of, record
from leadercrm.core.api.views import TenantViewSet

WARNINGS = list_of(record({"code": TEXT, "message": TEXT}, "SendingWarning"))
UNMAILED = explained(WARNINGS, _("There when the contact has no e-mail address, so that nothing was mailed."))


def send_route(act: Callable[..., Any], resource: str, *, summary: Any) -> Any:
    """A POST that sends a document, with words of one's own if the body has some.

    `meta.warnings` tells of a contact who cannot be mailed to. That refuses nothing: a document handed
    over in person has been sent as well.
    """

    def send(view: TenantViewSet, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        document = act(view.row(pk), **view.cleaned(SendInput), actor=view.actor)
        return view.answer(pk, meta=_warnings(document))

    def returns() -> Shape:
        return record({"data": component(resource), "meta?": record({"warnings": UNMAILED})})

    send.__doc__ = act.__doc__
    name = operation_id(act.__name__)
    send.described = Described(summary, name, body=SendInput, act=act, returns=returns)  # type: ignore[attr-defined]
    return drf_action(detail=True, methods=["post"], url_path="send")(send)


def _warnings(document: Any) -> dict[str, Any] | None:
    if mail_address_of(document.contact_id) is not None:
        return None
    message = _("%(name)s has no e-mail address: nothing was mailed.") % {"name": document.contact_name}
    return {"warnings": [{"code": "no_address", "message": message}]}
