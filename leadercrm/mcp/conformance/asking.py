"""Tools that ask back (SEP-2322): a result that needs input, a state that nobody can forge, and the answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from leadercrm.mcp.listing import COMPLETE

PROMPT = "test_input_required_result_prompt"
SALT = "leadercrm.mcp.conformance"
Context = ServerRequestContext[Any, Any]


def form(message: str, field: str, kind: str = "string") -> dict[str, Any]:
    """A question to the user, by a form of one field."""
    schema = {"type": "object", "properties": {field: {"type": kind}}, "required": [field]}
    return {"method": "elicitation/create", "params": {"message": message, "requestedSchema": schema}}


def sampling(said: str, most: int) -> dict[str, Any]:
    """A question to the client's model."""
    message = {"role": "user", "content": {"type": "text", "text": said}}
    return {"method": "sampling/createMessage", "params": {"messages": [message], "maxTokens": most}}


ROOTS = {"method": "roots/list", "params": {}}
NAME = form("What is your name?", "name")
Round = Mapping[str, dict[str, Any]]
# Which capability of the client a question needs.
CAPABILITIES = {"elicitation/create": "elicitation", "sampling/createMessage": "sampling", "roots/list": "roots"}


@dataclass(frozen=True)
class Question:
    """The rounds of questions, and whether a state goes with them."""

    rounds: tuple[Round, ...]
    keeps_state: bool = True


QUESTIONS: Mapping[str, Question] = {
    "test_input_required_result_elicitation": Question(({"user_name": NAME},), False),
    "test_input_required_result_sampling": Question(
        ({"capital_question": sampling("What is the capital of France?", 100)},), False
    ),
    "test_input_required_result_list_roots": Question(({"client_roots": ROOTS},), False),
    "test_input_required_result_request_state": Question(({"confirm": form("Please confirm", "ok", "boolean")},)),
    "test_input_required_result_tampered_state": Question(({"confirm": form("Please confirm", "ok", "boolean")},)),
    "test_input_required_result_multiple_inputs": Question(
        ({"user_name": NAME, "greeting": sampling("Generate a greeting", 50), "client_roots": ROOTS},)
    ),
    "test_input_required_result_multi_round": Question(
        (
            {"step1": form("Step 1: What is your name?", "name")},
            {"step2": form("Step 2: What is your favorite color?", "color")},
        )
    ),
    "test_input_required_result_capabilities": Question(
        ({"user_name": NAME, "capital_question": sampling("What is the capital of France?", 100)},), False
    ),
    "test_streaming_elicitation": Question(({"user_name": NAME},), False),
    PROMPT: Question(({"user_context": form("What context should the prompt use?", "context")},), False),
}


def answered(context: Context, params: Any) -> Any:
    """The next round of questions, or what comes after the last one."""
    question = QUESTIONS[params.name]
    place = _place(params) if question.keeps_state else 0
    given = params.input_responses or {}
    if params.request_state is None and question.keeps_state:
        given = {}
    wanted = _askable(question.rounds[place], context)
    if set(wanted) <= given.keys():
        place += 1
        if place == len(question.rounds):
            return _complete(params, given)
        wanted = question.rounds[place]
    state = {"requestState": signing.dumps([params.name, place], salt=SALT)} if question.keeps_state else {}
    return {"resultType": "input_required", "inputRequests": dict(wanted), **state}


def _askable(asked: Round, context: Context) -> Round:
    """Those of the questions that the client says it can answer."""
    capable = context.session.client_capabilities
    return {key: ask for key, ask in asked.items() if getattr(capable, CAPABILITIES[ask["method"]], None) is not None}


def _place(params: Any) -> int:
    """How far the rounds have come, by the state; the protocol's error for one that is not ours."""
    if params.request_state is None:
        return 0
    try:
        name, place = signing.loads(params.request_state, salt=SALT, max_age=600)
    except signing.BadSignature:
        raise MCPError(code=INVALID_PARAMS, message="requestState is not this server's") from None
    if name != params.name:
        raise MCPError(code=INVALID_PARAMS, message="requestState is another tool's")
    return int(place)


def _complete(params: Any, given: Mapping[str, Any]) -> Any:
    said = f"state-ok: {', '.join(sorted(given))}"
    content = {"type": "text", "text": said}
    if params.name == PROMPT:
        return {**COMPLETE, "messages": [{"role": "user", "content": content}]}
    return {**COMPLETE, "content": [content]}
