"""Doors that tests knock on: the REST API as a client of it sees it."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.test import Client

from leadercrm.core.testing.conformance import assert_described
from leadercrm.core.testing.tenants import unbound


class Answer:
    """A response with its JSON at hand; a file has none."""

    status: int

    def __init__(self, response: Any) -> None:
        self.response, self.status, self.headers = response, response.status_code, response.headers
        self.body: bytes = response.content
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        self.json: Any = orjson.loads(self.body) if self.body and is_json else None

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def errors(self) -> dict[str, list[str]]:
        errors: dict[str, list[str]] = self.json.get("errors", {})
        return errors

    def __repr__(self) -> str:
        return f"<{self.status} {self.response.content[:500]!r}>"


class Api:
    """A client of /api/v1 with a bearer token.

    A 5xx fails the test that caused it, and so does an answer that the API's description does not know.
    """

    def __init__(self, token: str | None = None, **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = dict(headers)
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
        environ: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """Send a request; `body` goes as JSON, `raw` as it is. Without either there is no content type (G-04)."""
        url = path if path.startswith("/api") else f"/api/v1{path}"
        extra: dict[str, Any] = {"headers": {**self.headers, **(headers or {})}, **(environ or {})}
        if query:
            extra["query_params"] = query
        if body is not None or raw is not None:
            extra["data"] = raw if raw is not None else orjson.dumps(body)
        extra["content_type"] = content_type if "data" in extra else ""
        with unbound():
            response = self.client.generic(method, url, **extra)
        answer = Answer(response)
        asked = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url
        assert_described(method, asked, answer.status, answer.headers, response.content)
        assert answer.status < 500 or answer.status == 503, answer
        return answer

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None, **kwargs: Any) -> Answer:
        return self.call("POST", path, body, **kwargs)

    def put(self, path: str, body: Any = None, **kwargs: Any) -> Answer:
        return self.call("PUT", path, body, **kwargs)

    def patch(self, path: str, body: Any = None, **kwargs: Any) -> Answer:
        return self.call("PATCH", path, body, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> Answer:
        return self.call("DELETE", path, **kwargs)
