"""Every operation of the API (toolset operations): found by words and called by id, for what no tool is made for."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson
from django.http import HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rest_framework import serializers

from leadercrm.core.api.alone import Alone
from leadercrm.core.api.context import ApiContext
from leadercrm.core.api.fields import Text, Whole
from leadercrm.core.api.shapes import TEXT, list_of
from leadercrm.core.errors import DomainError
from leadercrm.core.text import fold
from leadercrm.mcp.inputs import Confirmed
from leadercrm.mcp.registry import READS, ROW, Call, Hints, Outcome, tool
from leadercrm.mcp.results import then

TOOLSET = "operations"
DOCUMENT = "leadercrm.api.openapi.document.document_in"
MOST_FOUND = 10
PLACE = re.compile(r"\{(\w+)\}")
METHODS = ("get", "post", "put", "delete")


class Search(serializers.Serializer[Any]):
    search = Text(max_length=200)
    limit = Whole(min_value=1, max_value=MOST_FOUND, required=False, default=5)


class FreeObject(serializers.DictField):
    """What the operation itself judges."""


class OperationCall(Confirmed):
    operation_id = Text(max_length=100)
    path = FreeObject(required=False, default=dict)
    query = FreeObject(required=False, default=dict)
    body = FreeObject(required=False, default=dict)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """The operations that need a token, by id, as the API's description has them; bulk requests are no part of it."""
    document = orjson.loads(import_string(DOCUMENT)("en").body)
    return {
        operation["operationId"]: {**operation, "method": method.upper(), "address": address}
        for address, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS and operation.get("security") != [] and operation["operationId"] != "bulk"
    }


@tool(
    "leader_find_operation",
    """Find operations of the whole API by English words, for what no other tool does: products, events, segments,
    campaigns, forms, webhooks. Gives ids for leader_call_operation, with parameters and an example of the body.""",
    scope="crm:read",
    toolset=TOOLSET,
    input=Search,
    gives={"operations": list_of(ROW)},
    hints=READS,
)
def find(call: Call) -> Outcome:
    words = fold(call.values["search"]).split()
    scored = [(_score(operation, words), name) for name, operation in catalogue().items()]
    best = sorted((-score, name) for score, name in scored if score)[: call.values["limit"]]
    found = [_told(catalogue()[name]) for _score_of, name in best]
    following = [then("leader_call_operation", operation_id=found[0]["operation_id"], dry_run=True)] if found else []
    return Outcome({"operations": found}, following)


def _score(operation: dict[str, Any], words: list[str]) -> int:
    """How many of the words are about it: those of its name count twice."""
    name = fold(re.sub(r"(?<!^)(?=[A-Z])", " ", operation["operationId"]) + " " + operation["summary"])
    rest = fold(f"{operation['address']} {operation.get('description', '')} {' '.join(operation['tags'])}")
    return sum(2 * (word in name) + (word in rest) for word in words)


def _told(operation: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    parameters = [each for each in operation.get("parameters", ()) if "name" in each]
    return {
        "operation_id": operation["operationId"],
        "call": f"{operation['method']} {operation['address']}",
        "summary": operation["summary"],
        "parameters": {each["name"]: each.get("description", "") for each in parameters if each["in"] != "header"},
        **({"body": content["example"]} if "example" in content else {}),
    }


def will_call(call: Call) -> str:
    """What a write is about to do; reading needs nobody's word."""
    operation, alone = _operation(call), _alone(call)
    if operation["method"] == "GET":
        return ""
    values = {"summary": operation["summary"], "call": f"{alone.method} {alone.path}"}
    return _("%(summary)s: %(call)s will be carried out with this body.") % values


@tool(
    "leader_call_operation",
    """Call an operation found by leader_find_operation. Writing needs confirm: true after the user agreed; try it with
    dry_run: true first.""",
    scope="crm:read",
    toolset=TOOLSET,
    input=OperationCall,
    gives={"operation_id": TEXT},
    hints=Hints(destroys=True, leaves=True),
    notes={"path": 'Values for the {places} of its address, e.g. {"id": 8}.', "query": "Filters, page, per_page."},
    confirms=will_call,
)
def call_operation(call: Call) -> Outcome:
    visit = call.visit
    base = urlsplit(visit.base_url)
    environ = {
        "HTTP_HOST": base.netloc or "localhost",
        "SERVER_NAME": base.hostname or "localhost",
        "SERVER_PORT": str(base.port or 80),
        "wsgi.url_scheme": base.scheme or "http",
        "REMOTE_ADDR": visit.ip,
    }
    context = ApiContext(ip=visit.ip, request_id=visit.request_id, actor=call.actor)
    response = _alone(call).answer(environ, context)
    return Outcome({"operation_id": call.values["operation_id"], **_answer(response)})


def _operation(call: Call) -> dict[str, Any]:
    operation = catalogue().get(call.values["operation_id"])
    if operation is None:
        raise DomainError(
            _("There is no such operation."), field="operation_id", hint=_("Look for it by leader_find_operation.")
        )
    return operation


def _alone(call: Call) -> Alone:
    operation, given = _operation(call), call.values["path"]
    places = PLACE.findall(operation["address"])
    lacking = [name for name in places if name not in given]
    if lacking:
        message = _("The address %(address)s needs: %(names)s.")
        told = {"address": operation["address"], "names": ", ".join(lacking)}
        raise DomainError(message % told, field="path")
    path = PLACE.sub(lambda place: quote(str(given[place[1]]), safe=""), operation["address"])
    query = urlencode({name: _plain(value) for name, value in call.values["query"].items()})
    body = None if operation["method"] == "GET" else call.values["body"]
    return Alone(operation["method"], f"{path}?{query}" if query else path, body)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _answer(response: HttpResponse) -> dict[str, Any]:
    """The JSON of an answer; of a file, what it is."""
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        answer: dict[str, Any] = orjson.loads(response.content)
        return answer
    return {"file": {"type": kind, "bytes": len(response.content)}}
