"""Desktop clients' way in: one message a line on standard input, its answer a line on standard output.

Messages go to the database of this installation, or to a server far away. The process keeps the token: it
comes from the environment and goes through no conversation.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import connection

from leadercrm.core.api.parsing import BadBody, parse_json
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.errors import Unauthenticated
from leadercrm.mcp.protocol import VERSION_HEADER, answer
from leadercrm.mcp.visit import Surface, Visit

MOST_BYTES = 1024 * 1024
WAIT_SECONDS = 60
UNAUTHENTICATED, AWAY = -32001, -32002
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

Answer = Callable[[bytes, dict[str, str]], bytes]


def converse(lines: Iterable[bytes], out: IO[bytes], answers: Answer) -> None:
    """Answer line after line, until there are no more. The revision that was agreed on holds for what follows."""
    agreed = ""
    for line in lines:
        if not line.strip():
            continue
        message = _message(line)
        told = answers(line, headers_of(message, agreed))
        if not told:
            continue
        out.write(told + b"\n")
        out.flush()
        if message.get("method") == "initialize":
            agreed = _agreed(told) or agreed


def headers_of(message: dict[str, Any], agreed: str) -> dict[str, str]:
    """What the same message would have as headers over HTTP."""
    params = message.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    version = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    if not isinstance(version, str):
        return {VERSION_HEADER: agreed} if agreed else {}
    method = str(message.get("method", ""))
    named = params.get(NAMED.get(method, "")) if isinstance(params, dict) else None
    headers = {VERSION_HEADER: version, "mcp-method": method}
    return {**headers, **({"mcp-name": named} if isinstance(named, str) else {})}


def from_database(token: str) -> Answer:
    """Answers of this installation. Without a token, tools take it as an argument (leader_authenticate gives one)."""

    def answers(line: bytes, headers: dict[str, str]) -> bytes:
        connection.close_if_unusable_or_obsolete()
        visit = Visit(Surface(asks_for_token=not token), "127.0.0.1", settings.PUBLIC_URL, secrets.token_hex(8))
        try:
            if token:
                visit.enter(token)
        except Unauthenticated:
            return failure(_message(line), UNAUTHENTICATED, "The token in LEADERCRM_TOKEN does not hold: make another.")
        return answer(visit, line, headers).body

    return answers


def from_server(url: str, token: str) -> Answer:
    """Answers of the server at `url`, which is whoever started the process's to name."""

    def answers(line: bytes, headers: dict[str, str]) -> bytes:
        sent = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            **headers,
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        try:
            with urlopen(Request(url, line, sent), timeout=WAIT_SECONDS) as response:  # noqa: S310 - see above
                return one_line(response.read(MOST_BYTES))
        except HTTPError as error:
            body = error.read(MOST_BYTES)
            if error.code == 401:
                return failure(_message(line), UNAUTHENTICATED, "The server does not take LEADERCRM_TOKEN.")
            return one_line(body) if b"jsonrpc" in body else failure(_message(line), AWAY, f"HTTP {error.code}")
        except OSError as error:
            return failure(_message(line), AWAY, f"The server does not answer: {error}")

    return answers


def one_line(body: bytes) -> bytes:
    return body.replace(b"\n", b" ").replace(b"\r", b" ").strip()


def failure(message: dict[str, Any], code: int, text: str) -> bytes:
    """An error of JSON-RPC; nothing for a notification, which gets no answer."""
    if "id" not in message:
        return b""
    return json_bytes({"jsonrpc": "2.0", "id": message["id"], "error": {"code": code, "message": text}})


def _message(line: bytes) -> dict[str, Any]:
    try:
        message = parse_json(line)
    except BadBody:
        return {}
    return message if isinstance(message, dict) else {}


def _agreed(told: bytes) -> str:
    result = _message(told).get("result")
    version = result.get("protocolVersion") if isinstance(result, dict) else None
    return version if isinstance(version, str) else ""
