"""A tool's call from its arguments to its result: validate, confirm, carry out once, or only try."""

import hashlib
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.masking import masked
from leadercrm.core.api import idempotency
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.journal import journaled
from leadercrm.core.trial import on_trial
from leadercrm.mcp.errors import as_result, refuse_unknown
from leadercrm.mcp.registry import Call, Outcome, Tool, Values
from leadercrm.mcp.results import Result, succeeded
from leadercrm.mcp.visit import Visit

# What steers the call and is nothing to the tool itself.
STEERING = ("idempotency_key", "dry_run", "confirm")


class Unconfirmed(DomainError):
    """The call would leave the house, and nobody has said that it may."""

    code = "confirmation_required"
    hint = _("Nothing has happened. Ask the user, then call again with the same arguments and confirm: true.")


def call_tool(tool: Tool, visit: Visit, arguments: dict[str, Any], *, confirmed: bool = False) -> Result:
    """Carry out a call in its tenant's binding; every refusal becomes a result that says so."""
    try:
        if visit.surface.asks_for_token and not tool.public:
            arguments = dict(arguments)
            visit.enter(_token_of(arguments))
        if tool.public:
            return _answered(tool, visit, None, arguments, confirmed)
        with visit.bound() as actor:
            return _answered(tool, visit, actor, arguments, confirmed)
    except Exception as error:  # a token that does not hold, a server that does not answer
        return as_result(error, tool, None, arguments, visit.request_id)


def _token_of(arguments: dict[str, Any]) -> str:
    token = arguments.pop("auth_token", "")
    return token if isinstance(token, str) else ""


def _answered(tool: Tool, visit: Visit, actor: Any, arguments: dict[str, Any], confirmed: bool) -> Result:
    call: Call | None = None
    try:
        refuse_unknown(tool, arguments, set(tool.arguments["properties"]))
        call = Call(visit, actor, {})
        values = validated(tool.input, arguments)
        steering = {name: values.pop(name) for name in STEERING if name in values}
        call = Call(visit, actor, values)
        return succeeded(_data(tool, call, steering, confirmed))
    except Exception as error:  # every failure of a tool is told to the model, in one place
        return as_result(error, tool, call, arguments, visit.request_id)


def _data(tool: Tool, call: Call, steering: Values, confirmed: bool) -> dict[str, Any]:
    if steering.get("dry_run"):
        return _tried(tool, call)
    if tool.confirms is not None and not (confirmed or steering.get("confirm")):
        raise Unconfirmed(tool.confirms(call))
    key = steering.get("idempotency_key")
    return _once(tool, call, key) if key else _carried_out(tool, call)


def _carried_out(tool: Tool, call: Call) -> dict[str, Any]:
    """What the call gives; of one that writes, what it changed is kept as one change-set, which can be undone."""
    if tool.hints.reads or tool.public:
        return _told(tool.run(call))
    agent = call.visit.agent_name
    with journaled(call.actor, tool.name, masked(call.values), agent=agent) as watch:
        outcome = tool.run(call)
    return _told(outcome, **({"change_set_id": watch.number} if watch.kept_as else {}))


def _told(outcome: Outcome, **more: Any) -> dict[str, Any]:
    return {**outcome.data, **more, **({"next": outcome.next[:3]} if outcome.next else {})}


def _tried(tool: Tool, call: Call) -> dict[str, Any]:
    """What would come of the call: it is carried out and rolled back, numbers, mails and audit included."""
    with on_trial():
        data = tool.run(call).data
    return {**data, "dry_run": True}


def _once(tool: Tool, call: Call, key: str) -> dict[str, Any]:
    """Carry out the call under its key, in the store that the API's keys are in, or tell what it gave before."""
    wanted = hashlib.sha256(json_bytes(["mcp", tool.name, _ordered(call.values)])).hexdigest()
    fresh: list[dict[str, Any]] = []

    def answer() -> idempotency.Stored:
        fresh.append(_carried_out(tool, call))
        return idempotency.Stored(wanted, 200, json_bytes(fresh[0]))

    assert call.actor.user_id is not None  # noqa: S101 - tokens are users'
    stored = idempotency.kept_once(wanted, key, idempotency.TenantStore(call.actor.user_id), answer)
    return fresh[0] if fresh else {**orjson.loads(stored.body), "replayed": True}


def _ordered(values: Any) -> Any:
    """The same values in one order of keys, however the client wrote them."""
    if isinstance(values, dict):
        return {name: _ordered(values[name]) for name in sorted(values)}
    return [_ordered(value) for value in values] if isinstance(values, list) else values
