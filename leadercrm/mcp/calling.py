"""A tool's call from its arguments to its result: validate, confirm, carry out once, or only try."""

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.actions.approving import ask_for_approval
from leadercrm.agents.gate import AgentCall, Held, foreseen, guarded, judge_only
from leadercrm.agents.models import Approval
from leadercrm.agents.policies import Answer
from leadercrm.core.api import idempotency
from leadercrm.core.api.responses import json_bytes, timestamp
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.journal import watched
from leadercrm.core.trial import on_trial
from leadercrm.mcp.confirming import NOBODY, Consent, Question
from leadercrm.mcp.errors import as_result, refuse_unknown
from leadercrm.mcp.registry import Call, Outcome, Tool, Values
from leadercrm.mcp.results import Result, succeeded
from leadercrm.mcp.visit import Visit

# What steers the call and is nothing to the tool itself.
STEERING = ("idempotency_key", "dry_run", "confirm")
# The door that approved calls are carried out by.
MCP = "mcp"


class AwaitingApproval(DomainError):
    """Somebody has to approve this first: it is kept, and carried out when they do."""

    code = "approval_required"
    hint = _("Do not call it again: ask with leader_get_record, type: approval, id: approval_id, what became of it.")

    def __init__(self, approval: Approval) -> None:
        super().__init__(_("This waits for the approval of a person, and is then carried out as it is."))
        self.told = {"approval_id": approval.pk, "expires_at": timestamp(approval.expires_at)}


def call_tool(tool: Tool, visit: Visit, arguments: dict[str, Any], *, consent: Consent = NOBODY) -> Result:
    """Carry out a call in its tenant's binding; every refusal becomes a result that says so, or that asks."""
    try:
        if visit.surface.asks_for_token and not tool.public:
            arguments = dict(arguments)
            visit.enter(_token_of(arguments))
        if tool.public:
            return _answered(tool, visit, None, arguments, consent)
        with visit.bound() as actor:
            return _answered(tool, visit, actor, arguments, consent)
    except Exception as error:  # a token that does not hold, a server that does not answer
        return as_result(error, tool, None, arguments, visit)


def _token_of(arguments: dict[str, Any]) -> str:
    token = arguments.pop("auth_token", "")
    return token if isinstance(token, str) else ""


def _answered(tool: Tool, visit: Visit, actor: Any, arguments: dict[str, Any], consent: Consent) -> Result:
    call: Call | None = None
    try:
        refuse_unknown(tool, arguments, set(tool.arguments["properties"]))
        call = Call(visit, actor, {})
        call, steering = read_call(tool, visit, actor, arguments)
        return succeeded(_data(tool, call, steering, consent, arguments))
    except Question as question:
        return question.result
    except Exception as error:  # every failure of a tool is told to the model, in one place
        return as_result(error, tool, call, arguments, visit)


def read_call(tool: Tool, visit: Visit, actor: Any, arguments: dict[str, Any]) -> tuple[Call, Values]:
    """The call with its cleaned arguments, and what steers it."""
    values = validated(tool.input, arguments)
    steering = {name: values.pop(name) for name in STEERING if name in values}
    return Call(visit, actor, values), steering


def _data(tool: Tool, call: Call, steering: Values, consent: Consent, arguments: dict[str, Any]) -> dict[str, Any]:
    if steering.get("dry_run"):
        return _tried(tool, call)
    if tool.hints.reads or tool.public:
        return told(tool.run(call))
    asked, key = _asked(tool, call, arguments), steering.get("idempotency_key")
    try:
        if tool.confirms is not None and not steering.get("confirm"):
            judge_only(asked, lambda: tool.run(again(call)))
            sentence = tool.confirms(call)
            if sentence:
                agreed = consent.require(tool.name, call.actor.token_id, _ordered(call.values), str(sentence))
                key = key or agreed
        return _once(tool, call, asked, key) if key else _carried_out(tool, call, asked)
    except Held as held:
        raise AwaitingApproval(ask_for_approval(held, actor=call.actor)) from None


def _asked(tool: Tool, call: Call, arguments: dict[str, Any]) -> AgentCall:
    """The call as the gate knows it, and as it is kept should it have to wait."""
    stored = {"tool": tool.name, "arguments": arguments, "base_url": call.visit.base_url}
    return AgentCall(call.actor, tool.name, dict(call.values), call.visit.agent_name, MCP, stored)


def again(call: Call) -> Call:
    """The same call for one more run: a tool may add to its arguments."""
    return Call(call.visit, call.actor, dict(call.values))


def _carried_out(tool: Tool, call: Call, asked: AgentCall) -> dict[str, Any]:
    """What the call gives; what it changed is kept as one change-set, which can be undone."""
    outcome, watch = guarded(asked, lambda: tool.run(call))
    return told(outcome, **({"change_set_id": watch.number} if watch.kept_as else {}))


def told(outcome: Outcome, **more: Any) -> dict[str, Any]:
    return {**outcome.data, **more, **({"next": outcome.next[:3]} if outcome.next else {})}


def _tried(tool: Tool, call: Call) -> dict[str, Any]:
    """What would come of the call: it is carried out and rolled back, numbers, mails and audit included."""
    since = timezone.now()
    with on_trial(), watched() as watch:
        data = tool.run(call).data
        answer = foreseen(call.actor, tool.name, watch, since)
    return {**data, "dry_run": True, **({"policy": answer} if answer != Answer.ALLOW else {})}


def _once(tool: Tool, call: Call, asked: AgentCall, key: str) -> dict[str, Any]:
    return kept_under(tool, again(call), key, lambda: _carried_out(tool, call, asked))


def kept_under(tool: Tool, call: Call, key: str, carry_out: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Carry out the call under its key, in the store that the API's keys are in, or tell what it gave before."""
    wanted = hashlib.sha256(json_bytes(["mcp", tool.name, _ordered(call.values)])).hexdigest()
    fresh: list[dict[str, Any]] = []

    def answer() -> idempotency.Stored:
        fresh.append(carry_out())
        return idempotency.Stored(wanted, 200, json_bytes(fresh[0]))

    assert call.actor.user_id is not None  # noqa: S101 - tokens are users'
    stored = idempotency.kept_once(wanted, key, idempotency.TenantStore(call.actor.user_id), answer)
    return fresh[0] if fresh else {**orjson.loads(stored.body), "replayed": True}


def _ordered(values: Any) -> Any:
    """The same values in one order of keys, however the client wrote them."""
    if isinstance(values, dict):
        return {name: _ordered(values[name]) for name in sorted(values)}
    return [_ordered(value) for value in values] if isinstance(values, list) else values
