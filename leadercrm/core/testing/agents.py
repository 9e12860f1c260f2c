"""Agents that tests send: a client of /mcp, in the language of both eras, in-process."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.test import Client
from jsonschema_rs import Draft202012Validator
from mcp_types import CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, PROTOCOL_VERSION_META_KEY

from leadercrm.core.testing.tenants import unbound

MODERN = "2026-07-28"
ACCEPT = "application/json, text/event-stream"
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


class Said:
    """What came back: `status`, `json`, and of a result its parts."""

    def __init__(self, response: Any) -> None:
        self.status, self.headers, self.body = response.status_code, response.headers, response.content
        self.json: Any = orjson.loads(self.body) if self.body else None

    @property
    def result(self) -> Any:
        assert "result" in (self.json or {}), self
        return self.json["result"]

    @property
    def error(self) -> Any:
        return self.json["error"]

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:800]!r}>"


class Refused(AssertionError):
    """A tool refused; `body` is what it told the model."""

    def __init__(self, body: Any) -> None:
        super().__init__(body)
        self.body = body


class Agent:
    """A client of the agents' door with a bearer token. A 5xx, and a result unlike its schema, fail the test."""

    def __init__(self, token: str | None = None, path: str = "/mcp", version: str = MODERN, **headers: str) -> None:
        self.client, self.path, self.version = Client(raise_request_exception=False), path, version
        self.headers = {"Accept": ACCEPT, **headers, **({"Authorization": f"Bearer {token}"} if token else {})}
        self.capabilities: dict[str, Any] = {}
        self._schemas: dict[str, Any] = {}

    def send(self, body: Any, method: str = "POST", **headers: str) -> Said:
        """Send a body as it is; a dict goes as JSON."""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        sent = {"data": raw, "content_type": "application/json"} if method == "POST" else {}
        with unbound():
            response = self.client.generic(method, self.path, headers={**self.headers, **headers}, **sent)  # type: ignore[arg-type]
        said = Said(response)
        assert said.status < 500 or said.status == 503, said
        return said

    def request(self, method: str, params: Mapping[str, Any] | None = None, **headers: str) -> Said:
        """One request of JSON-RPC, with the envelope and headers of its era."""
        given = dict(params or {})
        sent = {"Mcp-Protocol-Version": self.version}
        if self.version == MODERN:
            given["_meta"] = {
                PROTOCOL_VERSION_META_KEY: MODERN,
                CLIENT_CAPABILITIES_META_KEY: self.capabilities,
                CLIENT_INFO_META_KEY: {"name": "tests", "version": "1"},
            }
            sent["Mcp-Method"] = method
            if method in NAMED:
                sent["Mcp-Name"] = str(given[NAMED[method]])
        return self.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": given}, **{**sent, **headers})

    def tools(self) -> dict[str, Any]:
        """The tools that are listed, by name."""
        return {tool["name"]: tool for tool in self.request("tools/list").result["tools"]}

    def call(self, name: str, /, **arguments: Any) -> Any:
        """Call a tool; its object. Refused when the tool refuses."""
        result = self.request("tools/call", {"name": name, "arguments": arguments}).result
        if result.get("isError"):
            raise Refused(orjson.loads(result["content"][0]["text"]))
        if result.get("resultType") == "input_required":
            return result
        data = result["structuredContent"]
        assert orjson.loads(result["content"][0]["text"]) == data, "the text is another one than the object"
        self._check(name, data)
        return data

    def refusal(self, name: str, /, **arguments: Any) -> Any:
        """What a tool tells that must refuse."""
        try:
            given = self.call(name, **arguments)
        except Refused as refused:
            return refused.body
        raise AssertionError(f"{name} was not refused: {given}")

    def _check(self, name: str, data: Any) -> None:
        if name not in self._schemas:
            self._schemas = {name: tool["outputSchema"] for name, tool in self.tools().items()}
        Draft202012Validator(self._schemas[name]).validate(data)
