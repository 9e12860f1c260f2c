"""The way in over HTTP: POST /mcp with a token, /mcp/open without one, /mcp/readonly, and what RFC 9728 asks for.

It stands beside the API's way in and works as that does: no middleware, one look-up of the token, the
thread's own connection. Everything that is refused here is refused before the protocol is looked at.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api import throttling
from leadercrm.core.api.context import ApiContext, client_ip, speaking
from leadercrm.core.api.exceptions import error_response
from leadercrm.core.api.parsing import JSON_TYPES, read_body
from leadercrm.core.api.responses import GUARDED, base_url, json_response
from leadercrm.core.errors import DomainError, NotFound, Unauthenticated, WrongMethod
from leadercrm.core.token_scopes import TokenScope
from leadercrm.mcp.visit import Surface, Visit
from leadercrm.tenancy.models import TokenKind

PLACE = "/mcp"
METADATA = "/.well-known/oauth-protected-resource"
OPEN, READ_ONLY = f"{PLACE}/open", f"{PLACE}/readonly"
PLACES = {PLACE: Surface(), OPEN: Surface(asks_for_token=True), READ_ONLY: Surface(read_only=True)}
RESOURCES = {METADATA: PLACE, **{METADATA + place: place for place in (PLACE, READ_ONLY)}}
MOST_TOOLSETS = 20


class WrongOrigin(DomainError):
    """A page of somebody else's has sent this, by the browser of somebody who may know better."""

    status = 403
    code = "wrong_origin"
    hint = _("Call from a program, or from a page of this server's own address.")


class WrongHost(DomainError):
    """The request is meant for a server of another name (DNS rebinding)."""

    status = 421
    code = "wrong_host"


def is_for_agents(path: str) -> bool:
    """Whether an address is ours."""
    return path == PLACE or path.startswith((f"{PLACE}/", METADATA))


def serve(request: Any) -> HttpResponse:
    """Answer one request, in the language that it asks for."""
    with speaking(request):
        return _served(request)


def _served(request: Any) -> HttpResponse:
    context = request.api = ApiContext(ip=client_ip(request))
    try:
        response = _answer(request, context)
    except Exception as error:  # every failure before the protocol is the API's error body
        context.headers.update(getattr(error, "headers", {}))
        response = error_response(error, context.request_id)
    for name, value in {**GUARDED, **context.headers, "X-Request-Id": context.request_id}.items():
        response.headers[name] = value
    response.headers["Content-Length"] = str(len(response.content))
    return response


def _answer(request: Any, context: ApiContext) -> HttpResponse:
    _refuse_strangers(request)
    path = request.path_info.rstrip("/")
    if path in RESOURCES:
        return _metadata(request, RESOURCES[path])
    surface = PLACES.get(path)
    if surface is None:
        raise NotFound()
    if request.method != "POST":
        context.headers["Allow"] = "POST"
        raise WrongMethod("POST")
    visit = Visit(_wanted(surface, request), context.ip, base_url(request), context.request_id, headers=context.headers)
    visit.called(request.META.get("HTTP_USER_AGENT", ""))
    visit.streams = "text/event-stream" in request.META.get("HTTP_ACCEPT", "")
    if surface.asks_for_token:
        context.headers.update(throttling.ANONYMOUS.spend(context.ip))
    else:
        _enter(request, visit, path)
    body = _body(request)
    reply = protocol()(visit, body, _protocol_headers(request))
    if visit.step_up is not None and visit.credential is not None:
        wanted = {*(visit.credential.scopes or TokenScope), visit.step_up.scope}
        context.headers["WWW-Authenticate"] = _challenge(visit, path, "insufficient_scope", wanted)
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)


def _refuse_strangers(request: HttpRequest) -> None:
    """Host and Origin, if there is one, must be this server's: neither can a page of another site set."""
    try:
        host = request.get_host()
    except DisallowedHost:
        raise WrongHost(_("This server has another name.")) from None
    origin = request.META.get("HTTP_ORIGIN")
    if origin is None:
        return
    known = {f"{request.scheme}://{host}", *settings.CSRF_TRUSTED_ORIGINS, *settings.AGENT_ORIGINS}
    if origin not in known:
        raise WrongOrigin(_("Requests from this page's address are not taken."))


def _enter(request: HttpRequest, visit: Visit, path: str) -> None:
    """Take the bearer token. Without one that holds, the client is told where to learn how to get one (RFC 9728)."""
    scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        bearer = token if scheme.lower() == "bearer" else ""
        visit.enter(bearer, TokenKind.API, TokenKind.OAUTH, place=path)
    except Unauthenticated as refusal:
        challenge = _challenge(visit, path, "invalid_token" if token else "", TokenScope)
        refusal.headers = {"WWW-Authenticate": challenge}  # type: ignore[attr-defined]
        raise


def _challenge(visit: Visit, path: str, error: str, scopes: Iterable[str]) -> str:
    """What a client is to get a token for: those scopes, those it has among them, and where it learns how."""
    wanted = set(scopes)
    scope = " ".join(scope for scope in TokenScope if scope in wanted)
    told = f'resource_metadata="{visit.base_url}{METADATA}{path}", scope="{scope}"'
    return f'Bearer error="{error}", {told}' if error else f"Bearer {told}"


def _body(request: Any) -> bytes:
    content_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if content_type not in JSON_TYPES:
        raise DomainError(_("Send JSON: the header 'Content-Type: application/json'."), status=415, code="bad_body")
    try:
        return read_body(request)
    except DomainError as refusal:
        refusal.status = 413 if "MB" in str(refusal.message) else 400
        raise


def _protocol_headers(request: HttpRequest) -> dict[str, str]:
    """The protocol's own headers by their lower-case names. One that was sent twice is one with a comma."""
    return {
        name[5:].lower().replace("_", "-"): value
        for name, value in request.META.items()
        if name.startswith("HTTP_MCP_")
    }


def _wanted(surface: Surface, request: HttpRequest) -> Surface:
    """The surface with the toolsets that the address or the header names, and read-only if the header says so."""
    named = request.GET.get("toolsets") or request.META.get("HTTP_X_LEADER_TOOLSETS") or ""
    read_only = surface.read_only or request.META.get("HTTP_X_LEADER_READONLY", "").lower() in ("1", "true")
    toolsets = frozenset(name.strip() for name in named.split(",")[:MOST_TOOLSETS] if name.strip())
    return Surface(surface.asks_for_token, read_only, toolsets)


def _metadata(request: HttpRequest, place: str) -> HttpResponse:
    """Who guards this resource, and what may be asked of it (RFC 9728)."""
    base = base_url(request)
    return json_response(
        {
            "resource": base + place,
            "resource_name": "Leader CRM",
            "authorization_servers": [base],
            "bearer_methods_supported": ["header"],
            "scopes_supported": [*TokenScope],
            "resource_documentation": f"{base}/llms.txt",
        }
    )


@cache
def protocol() -> Callable[..., Any]:
    """The protocol, with the SDK behind it: 50 MB and most of a second, which only who is called by agents spends."""
    answer: Callable[..., Any] = import_string("leadercrm.mcp.protocol.answer")
    return answer
