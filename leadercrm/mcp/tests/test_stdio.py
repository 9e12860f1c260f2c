"""The way in for desktop clients: a process that is talked to line by line."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from django.conf import settings

from crm.actions.contacts import create_contact
from leadercrm.core.testing.processes import copied_database, database_url
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.mcp import stdio
from leadercrm.tenancy.binding import bind

HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e", "version": "1"}},
}  # fmt: skip
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def call(number: int, name: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        yield make_tenant("Escritorio")


def talk(token: str, *messages: Any) -> list[Any]:
    lines = b"".join((message if isinstance(message, bytes) else orjson.dumps(message)) + b"\n" for message in messages)
    environment = {**os.environ, "DATABASE_URL": database_url(), "LEADERCRM_TOKEN": token}
    command = [sys.executable, "manage.py", "mcp_stdio"]
    ran = subprocess.run(command, input=lines, capture_output=True, cwd=settings.BASE_DIR, env=environment, timeout=60)
    assert ran.returncode == 0, ran.stderr[-500:]
    return [orjson.loads(line) for line in ran.stdout.splitlines()]


def test_a_client_talks_to_the_database_line_by_line(tenant: TestTenant) -> None:
    with bind(tenant.bound):
        create_contact({"first_name": "Ángela"}, actor=tenant.actor())
    found = call(3, "leader_search_contacts", search="angela")
    told = talk(tenant.tokens["admin"], HELLO, READY, b"", b"nonsense", call(2, "leader_whoami"), found)
    assert [row.get("id") for row in told] == [1, None, 2, 3]
    assert told[0]["result"]["protocolVersion"] == "2025-11-25"
    assert told[1]["error"]["code"] == -32700
    assert told[2]["result"]["structuredContent"]["tenant"]["name"] == "Escritorio"
    assert told[3]["result"]["structuredContent"]["items"][0]["full_name"] == "Ángela"
    refused = talk("1|nonsense", HELLO, READY)
    assert [row["error"]["code"] for row in refused] == [stdio.UNAUTHENTICATED]


class Server(BaseHTTPRequestHandler):
    seen: list[tuple[dict[str, str], bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).seen.append((dict(self.headers), body))
        status = 401 if self.headers.get("Authorization") != "Bearer buena" else 200 if b'"id"' in body else 202
        told = b'{"jsonrpc": "2.0",\n "id": 1, "result": {"protocolVersion": "2025-11-25"}}' if status == 200 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *args: Any) -> None:
        pass


def test_a_client_talks_to_a_server_far_away() -> None:
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/mcp"
    told = stdio.from_server(url, "buena")(orjson.dumps(HELLO), {})
    assert b"\n" not in told
    assert orjson.loads(told)["result"]["protocolVersion"] == "2025-11-25"
    assert stdio.from_server(url, "buena")(orjson.dumps(READY), {"mcp-protocol-version": "2025-11-25"}) == b""
    assert Server.seen[-1][0]["Mcp-Protocol-Version"] == "2025-11-25"
    assert orjson.loads(stdio.from_server(url, "mala")(orjson.dumps(HELLO), {}))["error"]["code"] == -32001
    server.shutdown()
    server.server_close()
    away = orjson.loads(stdio.from_server(url, "buena")(orjson.dumps(HELLO), {}))
    assert away["error"]["code"] == stdio.AWAY


def test_newer_messages_have_the_headers_that_http_wants() -> None:
    meta = {stdio.VERSION_KEY: "2026-07-28"}
    message = {"method": "tools/call", "params": {"name": "leader_whoami", "_meta": meta}}
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "leader_whoami"}
    assert stdio.headers_of(message, "") == headers
    assert stdio.headers_of({"method": "ping"}, "2025-11-25") == {"mcp-protocol-version": "2025-11-25"}
    assert stdio.headers_of({}, "") == {}
