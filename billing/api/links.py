"""Public links of documents over HTTP, for staff who hand one out by themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.decorators import action as drf_action

from billing.actions.clients import share_link
from billing.api.serializers_documents import ShareInput
from billing.links import public_link, public_path
from leadercrm.core.api.described import Described
from leadercrm.core.api.responses import json_response, timestamp
from leadercrm.core.api.shapes import MOMENT, TEXT, data, nullable, record
from leadercrm.core.api.views import TenantViewSet

LINK = record({"path": TEXT, "url": nullable(TEXT), "viewed_at": nullable(MOMENT)}, "PublicLink")


def link_route(summary: Any, name: str) -> Any:
    """A POST on one row that answers with its public link; `name` is the operation's id in the API's description.

    No GET, and no column of the row: who has the link may answer as the client, which a token that
    may only read must not come by.
    """

    def link(view: TenantViewSet, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        document = share_link(view.row(pk), **view.cleaned(ShareInput), actor=view.actor)
        viewed = timestamp(document.viewed_at) if document.viewed_at else None
        path, url = public_path(document), public_link(document) or None
        return json_response({"data": {"path": path, "url": url, "viewed_at": viewed}})

    link.__doc__ = "The document's public link; with `renew` another one, and the former opens nothing any more."
    link.described = Described(summary, name, body=ShareInput, act=share_link, returns=data(LINK))  # type: ignore[attr-defined]
    return drf_action(detail=True, methods=["post"], url_path="link")(link)
