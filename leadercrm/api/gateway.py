"""The API's own way in: credential, limit, tenant, view, error body.

It stands first in MIDDLEWARE and serves /api/ by itself: the rest of the middleware is for pages,
and would cost the API a third of its time. Tenant and actor come from the bearer token alone.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import lru_cache, partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, get_resolver

from leadercrm.agents.gate import Held
from leadercrm.api.agents import guarded_request, held_response
from leadercrm.core.api import idempotency, throttling, trying, versions
from leadercrm.core.api.context import ApiContext, client_ip, speaking
from leadercrm.core.api.exceptions import error_response
from leadercrm.core.api.responses import GUARDED
from leadercrm.core.errors import NotFound, TooManyRequests, Unauthenticated
from leadercrm.mcp import door
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import resolve_token

READING = ("GET", "HEAD")
NOT_MODIFIED = 304
DOCS = "/api/docs"


class ApiGateway:
    """Middleware that answers everything under /api/ but for its reference, and under /mcp; it passes on the rest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return (way_of(request.path_info) or self.get_response)(request)


def way_of(path: str) -> Callable[[Any], HttpResponse] | None:
    """What serves an address without the middleware: the API's way or the agents'; None for a page's address."""
    if is_for_api(path):
        return serve
    return door.serve if door.is_for_agents(path) else None


def is_for_api(path: str) -> bool:
    """Whether an address is the API's: all of them below /api but for its reference, which is a page."""
    return f"{path}/".startswith("/api/") and path != DOCS


def serve(request: Any) -> HttpResponse:
    """Answer one API request, in the language that it asks for; the thread may still speak a page's."""
    with speaking(request):
        return _served(request)


def _served(request: Any) -> HttpResponse:
    """Every failure comes out as the contract's error body."""
    context = request.api = ApiContext(ip=client_ip(request))
    try:
        response = _answer(request, context)
    except Exception as error:
        response = error_response(_counted(error, context), context.request_id, context.refusal)
        if request.method == "HEAD":
            response.content = b""
    for name, value in GUARDED.items():
        response.headers.setdefault(name, value)
    for name, value in context.headers.items():
        response.headers[name] = value
    response.headers["X-Request-Id"] = context.request_id
    if response.status_code != NOT_MODIFIED:  # where it would be the length of what is not sent
        response.headers["Content-Length"] = str(len(response.content))
    return response


def _counted(error: Exception, context: ApiContext) -> Exception:
    """Every answer tells its limit: what no other limit counts is counted by address."""
    context.headers.update(getattr(error, "headers", {}))
    try:
        if "X-RateLimit-Limit" not in context.headers:
            context.headers.update(throttling.ANONYMOUS.spend(context.ip))
    except TooManyRequests as limit:
        context.headers.update(limit.headers)
        return limit
    return error


def _answer(request: Any, context: ApiContext) -> HttpResponse:
    match = _resolved(_canonical_path(request))
    request.resolver_match = match
    view: Any = match.func
    context.most_bytes = getattr(view.cls, "most_bytes", None) or context.most_bytes
    context.refusal = getattr(view.cls, "refusal", {})
    writes = request.method not in READING
    if getattr(view.cls, "public", False):
        if writes:
            trying.refuse_trial(request)
        return view(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated()
    credential = resolve_token(token.strip())
    context.headers.update(throttling.TOKEN.spend(str(credential.token_id)))
    context.actor = credential.actor(via="api", ip=context.ip, request_id=context.request_id)
    if writes:
        context.actor.require_writing()  # before anything is said of the body or the row
    with bind(credential.tenant):
        return _called(request, context, credential.user_id)


def _called(request: Any, context: ApiContext, user_id: int) -> HttpResponse:
    """Call the view, or try it. What an agent writes goes through the gate of its token's policy."""
    match = request.resolver_match
    view, writes = match.func, request.method not in READING

    def call() -> HttpResponse:
        return view(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]

    if writes and trying.is_trial(request):
        return trying.tried(call)
    assert context.actor is not None  # noqa: S101 - set before the tenant is bound
    if not (writes and context.actor.is_agent):
        return _kept(request, view, user_id, call)
    try:
        return _kept(request, view, user_id, partial(guarded_request, request, context.actor, call))
    except Held as held:
        return held_response(held)


def _kept(request: Any, view: Any, user_id: int, call: Callable[[], HttpResponse]) -> HttpResponse:
    """Call it under the request's idempotency key, if it has one; who names a version sees nothing change meanwhile."""
    key = idempotency.requested_key(request) if request.method == "POST" else None
    if key is not None:
        return idempotency.once(request, key, view.cls.answer_store(request, key, user_id), call)
    seen = request.method not in READING and versions.wants_version(request)
    with transaction.atomic() if seen else nullcontext():
        return call()


@lru_cache(maxsize=10_000)
def _resolved(path: str) -> ResolverMatch:
    """The view of an address. Trying the patterns one by one costs as much as reading a row."""
    return get_resolver().resolve(path)


def _canonical_path(request: HttpRequest) -> str:
    """The path without a slash at its end (G-02); a 404 in disguise for what no address contains."""
    path = request.path_info
    if "\x00" in path or "�" in path:
        raise NotFound()
    return path[:-1] if path.endswith("/") and len(path) > 1 else path
