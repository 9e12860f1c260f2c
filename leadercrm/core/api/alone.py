"""One operation of the API, asked for from inside: as if its request had come alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponse
from django.urls import Resolver404, get_resolver
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api import trying
from leadercrm.core.api.context import ApiContext
from leadercrm.core.api.views import ApiView
from leadercrm.core.errors import NotFound

PREFIX = "/api/v1"
# Of the request that it came by, and nothing to the single operation.
SET_ANEW = {"HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_TRANSFER_ENCODING", "wsgi.input"}


@dataclass(frozen=True)
class Alone:
    """A method, an address below /api/v1 with its query, a body, and the version of the row that was seen, if any."""

    method: str
    path: str
    body: Any = None
    if_match: str | None = None

    def answer(self, meta: Mapping[str, Any], context: ApiContext) -> HttpResponse:
        """Carry it out in the bound tenant as the context's actor, in a transaction; refusals are raised.

        `meta` is the environment of the request that it came by. NotFound for what needs no token, or is none of ours.
        """
        request: Any = WSGIRequest({**{name: meta[name] for name in meta if name not in SET_ANEW}, **self._environ()})
        request.api = context
        match = _operation_at(request.path_info)

        def call() -> HttpResponse:
            return cast("HttpResponse", match.func(request, *match.args, **match.kwargs))

        with transaction.atomic():
            return trying.tried(call) if self.method != "GET" and trying.is_trial(request) else call()

    def _environ(self) -> dict[str, Any]:
        path, _question, query = self.path.partition("?")
        body = orjson.dumps(self.body) if self.body is not None else b""
        seen = {"HTTP_IF_MATCH": self.if_match} if self.if_match else {}
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": _as_wsgi(f"{PREFIX}/{path.removeprefix(PREFIX).strip('/')}"),
            "QUERY_STRING": _as_wsgi(query),
            "CONTENT_TYPE": "application/json" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
            **seen,
        }


def _as_wsgi(text: str) -> str:
    """The bytes that would come over the wire, each as a character (PEP 3333)."""
    return text.encode().decode("latin-1")


def _operation_at(path: str) -> Any:
    """The view of an address for somebody who is logged in; NotFound for any other, and for what carries out others."""
    try:
        match = get_resolver(settings.ROOT_URLCONF).resolve(path)
    except Resolver404:
        raise NotFound() from None
    view = getattr(match.func, "cls", None)
    if view is None or not issubclass(view, ApiView) or view.public or view.carries_others:
        raise NotFound(_("There is no such operation here."))
    return match
