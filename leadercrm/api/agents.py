"""Requests of agents over REST: kept as change-sets, and judged by the policy of the token, as over MCP."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import get_resolver
from django.utils.translation import gettext as _

from leadercrm.agents.actions.approving import ask_for_approval
from leadercrm.agents.gate import AgentCall, Held, guarded
from leadercrm.core.actor import Actor
from leadercrm.core.api import idempotency
from leadercrm.core.api.context import ApiContext
from leadercrm.core.api.parsing import BadBody, read_body, read_json
from leadercrm.core.api.responses import json_response, timestamp
from leadercrm.core.api.uploads import is_form

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
CHANGE_SET = "X-Change-Set-Id"
# What a request's outcome depends on beside its address and body.
KEPT_HEADERS = ("HTTP_HOST", "HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH")


def guarded_request(request: Any, actor: Actor, call: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out an agent's request; the answer's header names the change-set, if anything was changed.

    Raises Held or Denied where the policy of the token is against it.
    """
    asked = AgentCall(actor, route_of(request), arguments_of(request), actor.label, "api", _stored(request))
    response, watch = guarded(asked, call)
    if watch.kept_as:
        response.headers[CHANGE_SET] = str(watch.number)
    return response


def held_response(held: Held) -> HttpResponse:
    """202: the request waits for somebody's word, under a handle that can be asked after."""
    approval = ask_for_approval(held, actor=held.call.actor)
    told = {
        "message": str(_("This waits for the approval of a person, and is then carried out as it is.")),
        "approval_id": approval.pk,
        "status": approval.state,
        "expires_at": timestamp(approval.expires_at),
        "poll": f"/api/v1/agent/approvals/{approval.pk}",
    }
    return json_response({"data": told}, 202)


def carry_out(stored: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Carry out a request that was approved, under its own conditions: status and body of its answer."""
    body = stored["body"].encode()
    path, _mark, query = stored["path"].partition("?")
    environ = {"REQUEST_METHOD": stored["method"], "PATH_INFO": path, "QUERY_STRING": query, **stored["headers"]}
    sent = {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": stored["content_type"], "wsgi.input": BytesIO(body)}
    place = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": stored["scheme"]}
    request: Any = WSGIRequest({**environ, **sent, **place})
    request.api = ApiContext(ip=actor.ip or "", request_id=actor.request_id, actor=actor)
    match = request.resolver_match = get_resolver().resolve(path)

    def call() -> HttpResponse:
        return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]

    key = idempotency.requested_key(request) if stored["method"] == "POST" else None
    assert actor.user_id is not None  # noqa: S101 - tokens are users'
    store = match.func.cls.answer_store(request, key, actor.user_id) if key else None  # type: ignore[attr-defined]
    response = idempotency.once(request, key, store, call) if key and store else call()
    return {"status": response.status_code, "body": orjson.loads(response.content) if response.content else None}


def _stored(request: Any) -> dict[str, Any] | None:
    """What it takes to carry the request out later. Of files nothing is kept."""
    if is_form(request):
        return None
    try:
        body = read_body(request).decode()
    except UnicodeDecodeError:
        return None
    return {
        "method": request.method,
        "path": request.get_full_path(),
        "scheme": request.scheme,
        "headers": {name: request.META[name] for name in KEPT_HEADERS if name in request.META},
        "content_type": request.META.get("CONTENT_TYPE", ""),
        "body": body,
    }


def route_of(request: Any) -> str:
    """`PUT /contacts/{pk}`: what was called, whichever row it was."""
    route = PLACE.sub(r"{\1}", request.resolver_match.route.removeprefix("api/v1/").removeprefix("api/"))
    return f"{request.method} /{route}"


def arguments_of(request: Any) -> dict[str, Any]:
    """The ids in the address and the body's fields; of a file nothing."""
    try:
        body = {} if is_form(request) else read_json(request)
    except BadBody:  # the view refuses it in its own words
        body = {}
    return {**request.resolver_match.kwargs, **(body if isinstance(body, dict) else {"body": body})}
