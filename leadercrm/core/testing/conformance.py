"""Whether an answer is one that the API's description promises: its status, its headers, its body."""

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import orjson

from leadercrm.api.openapi.document import document_in

JSON = "application/json"
# What an address gets that the description does not know, and one that is known by another method.
NOWHERE = {401, 404, 429, 503}
NO_METHOD = NOWHERE | {405}


class Description:
    """The OpenAPI document, ready to be asked about requests and their answers.

    It is taken strictly: an object has the properties that are described and no others.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.components: dict[str, Any] = document["components"]
        _tighten(document)
        self._validators: dict[bytes, Any] = {}

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        """Addresses as patterns, those without a placeholder first."""
        paths = sorted(self.document["paths"], key=lambda path: "{" in path)
        return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path) for path in paths]

    def template(self, path: str) -> str | None:
        """The described address that `path` is one of."""
        return next((path_ for pattern, path_ in self._templates if pattern.fullmatch(path)), None)

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation that a request asks for. HEAD is a GET whose body is kept back."""
        template = self.template(path)
        methods = self.document["paths"][template] if template else {}
        found: dict[str, Any] | None = methods.get("get" if method == "HEAD" else method.lower())
        return found

    def response(self, operation: dict[str, Any], status: int) -> dict[str, Any] | None:
        found: dict[str, Any] | None = operation["responses"].get(str(status))
        if found and "$ref" in found:
            named: dict[str, Any] = self.components["responses"][found["$ref"].rpartition("/")[2]]
            return named
        return found

    def validator(self, operation: dict[str, Any], status: int) -> Any:
        """The compiled schema of an answer's body, one for all that are alike; None for an answer without a body."""
        content = (self.response(operation, status) or {}).get("content", {})
        if JSON not in content:
            return None
        schema = content[JSON]["schema"]
        key = orjson.dumps(schema)
        if key not in self._validators:
            whole = {**schema, "components": {"schemas": self._reached(schema, {})}}
            self._validators[key] = jsonschema_rs.validator_for(whole, validate_formats=True)
        return self._validators[key]

    def _reached(self, schema: Any, found: dict[str, Any]) -> dict[str, Any]:
        """The components that a schema refers to. With all of them, each validator would take megabytes."""
        for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
            self._reached(part, found)
        name = schema["$ref"].rpartition("/")[2] if isinstance(schema, dict) and "$ref" in schema else None
        if name is not None and name not in found:
            found[name] = self.components["schemas"][name]
            self._reached(found[name], found)
        return found

    def required_headers(self, operation: dict[str, Any], status: int) -> list[str]:
        headers = (self.response(operation, status) or {}).get("headers", {})
        return [name for name in headers if self.components["headers"][name].get("required")]


@lru_cache(maxsize=1)
def description() -> Description:
    return Description(orjson.loads(document_in("en").body))


def assert_described(method: str, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Fail when the description does not allow this answer to this request."""
    known = description()
    path = unquote(url.partition("?")[0])
    path = path[:-1] if path.endswith("/") else path
    operation = known.operation(method, path)
    if operation is None:
        allowed = NO_METHOD if known.template(path) else NOWHERE
        assert status in allowed, f"{method} {path} answered {status}, and is described nowhere"
        return
    where = f"{operation['operationId']} ({method} {path[:200]}) answered {status}"
    assert known.response(operation, status) is not None, f"{where}, which is not described: {body[:300]!r}"
    missing = [name for name in known.required_headers(operation, status) if name not in headers]
    assert not missing, f"{where} without {missing}"
    kinds = (known.response(operation, status) or {}).get("content", {JSON: {}})
    kind = headers.get("Content-Type", "").partition(";")[0]
    assert not body or not kind or kind in kinds, f"{where} with {kind}"
    validator = known.validator(operation, status)
    # With `fields` a row has the keys that were asked for, which no schema can say.
    if validator and method != "HEAD" and "fields=" not in url:
        errors = [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(orjson.loads(body))]
        assert not errors, f"{where} otherwise than described: {errors[:5]}"


def _tighten(schema: Any) -> None:
    """Refuse properties that are not described, wherever nothing is said about them."""
    if isinstance(schema, list):
        for part in schema:
            _tighten(part)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            _tighten(part)
