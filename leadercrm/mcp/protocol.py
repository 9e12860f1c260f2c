"""Streamable HTTP, both eras, stateless: from the bytes of a POST to the bytes of its answer.

The rules are the specification's of 2026-07-28; for the revisions with a handshake, of 2025-11-25. The SDK
decides what an envelope or a header means (mcp.shared.inbound), and what each method's parameters are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcp.shared.inbound import (
    ERROR_CODE_HTTP_STATUS,
    InboundLadderRejection,
    classify_inbound_request,
    unsupported_protocol_version_rejection,
)
from mcp_types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    PROTOCOL_VERSION_META_KEY,
    ErrorData,
    JSONRPCNotification,
    JSONRPCRequest,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError

from leadercrm.core.api.parsing import BadBody, parse_json
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.errors import InsufficientScope
from leadercrm.mcp.exchange import Route, exchange
from leadercrm.mcp.server import SERVER
from leadercrm.mcp.visit import Visit

VERSION_HEADER = "mcp-protocol-version"
# What a client of a revision with a handshake speaks that does not say so (specification, 2025-06-18).
UNSAID = "2025-03-26"
NO_REQUEST = ErrorData(code=INVALID_REQUEST, message="Body must be a single JSON-RPC request or notification object")


@dataclass(frozen=True)
class Reply:
    """What goes back. A notification is acknowledged without a body."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


def answer(visit: Visit, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Answer one POST. `headers` have lower-case names."""
    try:
        message = parse_json(body)
    except BadBody:
        return _failed(None, ErrorData(code=PARSE_ERROR, message="Parse error"), 400)
    if isinstance(message, dict) and "id" not in message:
        return _acknowledged(message, headers)
    try:
        request = JSONRPCRequest.model_validate(message)
    except ValidationError:
        return _failed(None, NO_REQUEST, 400)
    route = _route(message, headers)
    if isinstance(route, InboundLadderRejection):
        return _failed(request.id, ErrorData(code=route.code, message=route.message, data=route.data))
    _introduce(visit, message, route)
    outcome = exchange(SERVER, visit, request.id, request.method, request.params, route)
    if isinstance(outcome.result, ErrorData):
        # Clients of the handshake's era take an error of JSON-RPC for an answer like any other.
        return _failed(request.id, outcome.result, 200 if route.version in HANDSHAKE_PROTOCOL_VERSIONS else None)
    if visit.step_up is not None:
        return _lacking(request.id, visit.step_up)
    said = {"jsonrpc": "2.0", "id": request.id, "result": outcome.result}
    return _streamed([*outcome.notes, said]) if outcome.notes and visit.streams else Reply(200, json_bytes(said))


def _route(message: Any, headers: Mapping[str, str]) -> Route | InboundLadderRejection:
    """The era that a request belongs to: that of its header, or of the envelope that only the newer one has."""
    version = headers.get(VERSION_HEADER)
    if version in HANDSHAKE_PROTOCOL_VERSIONS or (version is None and not _has_envelope(message)):
        return Route(version or UNSAID)
    verdict = classify_inbound_request(message, headers=headers)
    if isinstance(verdict, InboundLadderRejection):
        return verdict
    return Route(verdict.protocol_version, verdict.client_info, verdict.client_capabilities)


def _has_envelope(message: Any) -> bool:
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    return isinstance(meta, dict) and PROTOCOL_VERSION_META_KEY in meta


def _introduce(visit: Visit, message: Any, route: Route) -> None:
    """Take down how the client calls itself: in each request's envelope, or in the handshake."""
    info = route.client_info
    if info is None and message["method"] == "initialize" and isinstance(message.get("params"), dict):
        info = message["params"].get("clientInfo")
    if isinstance(info, dict):
        visit.called(info.get("name"), info.get("version"))


def _acknowledged(message: dict[str, Any], headers: Mapping[str, str]) -> Reply:
    """A notification has nothing to act upon here: no request outlives its own answer."""
    try:
        JSONRPCNotification.model_validate(message)
    except ValidationError:
        return _failed(None, NO_REQUEST, 400)
    version = headers.get(VERSION_HEADER)
    if version is not None and version not in HANDSHAKE_PROTOCOL_VERSIONS:
        rejection = unsupported_protocol_version_rejection(version)
        if rejection is not None:
            return _failed(None, ErrorData(code=rejection.code, message=rejection.message, data=rejection.data))
    return Reply(202)


def _streamed(messages: list[dict[str, Any]]) -> Reply:
    """An answer with what was told on the way before it, as server-sent events: for clients that take them."""
    events = b"".join(b"event: message\ndata: " + json_bytes(message) + b"\n\n" for message in messages)
    return Reply(200, events, "text/event-stream")


def _lacking(request_id: Any, lacking: InsufficientScope) -> Reply:
    """What a token by OAuth does not reach is refused by HTTP, so that its client asks for more (RFC 6750)."""
    told = {"code": lacking.code, "scope": str(lacking.scope), "hint": str(lacking.hint)}
    return _failed(request_id, ErrorData(code=INVALID_REQUEST, message=str(lacking.message), data=told), 403)


def _failed(request_id: Any, error: ErrorData, status: int | None = None) -> Reply:
    body = {"jsonrpc": "2.0", "id": request_id, "error": error.model_dump(exclude_none=True)}
    return Reply(status or ERROR_CODE_HTTP_STATUS.get(error.code, 200), json_bytes(body))
