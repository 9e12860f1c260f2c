"""Requests of agents: what such a token writes over REST is kept as a change-set, as over MCP."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from leadercrm.agents.masking import masked
from leadercrm.core.actor import Actor
from leadercrm.core.api.parsing import BadBody, read_json
from leadercrm.core.api.uploads import is_form
from leadercrm.core.journal import journaled

PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
CHANGE_SET = "X-Change-Set-Id"


def journal_of_agents(request: Any, actor: Actor, call: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out an agent's request; the answer's header names the change-set, if anything was changed."""
    with journaled(actor, route_of(request), masked(arguments_of(request))) as watch:
        response = call()
    if watch.kept_as:
        response.headers[CHANGE_SET] = str(watch.number)
    return response


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
