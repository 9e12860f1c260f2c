"""Carrying out a tool's call that was approved."""

from collections.abc import Mapping
from typing import Any

import leadercrm.mcp.tools  # noqa: F401 - enters the tools
from leadercrm.core.actor import Actor
from leadercrm.mcp.calling import again, kept_under, read_call, told
from leadercrm.mcp.registry import TOOLS
from leadercrm.mcp.visit import Surface, Visit


def carry_out(stored: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """What the call gives. Under its idempotency key, if it came with one: asked again with that, it tells the same."""
    tool = TOOLS[stored["tool"]]
    visit = Visit(Surface(), actor.ip or "", stored["base_url"], actor.request_id, agent=actor.label)
    call, steering = read_call(tool, visit, actor, dict(stored["arguments"]))
    key = steering.get("idempotency_key")
    if not key:
        return told(tool.run(call))
    return kept_under(tool, again(call), key, lambda: told(tool.run(call)))
