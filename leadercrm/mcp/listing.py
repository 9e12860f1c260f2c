"""The list of tools. Which they are depends on door and token; what is said of them does not, and is made once."""

from collections.abc import Callable
from typing import Any

from mcp.server.context import CallNext, ServerRequestContext
from mcp_types.methods import validate_client_request

from leadercrm.core.token_scopes import TokenScope
from leadercrm.mcp.registry import visible
from leadercrm.mcp.visit import Visit

Context = ServerRequestContext[Any, Any]
# Which the newer era wants of every result; for the older ones the SDK takes it out.
COMPLETE = {"resultType": "complete"}
LIST = "tools/list"
# As many lists are kept: one for each revision, door, and set of abilities that clients come with.
MOST_KEPT = 64
_kept: dict[Any, Any] = {}


async def list_tools(context: Context, params: Any) -> Any:
    """The tools that this visit may use, in the order of their names: the same list for the same token."""
    visit = visit_of(context)
    tools = visible(visit.surface, abilities(visit))
    return {**COMPLETE, "tools": [tool.definition(visit.surface) for tool in tools]}


async def remembered(ctx: Context, call_next: CallNext) -> Any:
    """The SDK's middleware that answers with a list as it was sent before: to check 20 kB against the protocol's
    schema takes longer than a page of contacts.
    """
    if ctx.method != LIST:
        return await call_next(ctx)
    validate_client_request(LIST, ctx.protocol_version, ctx.params)
    visit = visit_of(ctx)
    names = tuple(tool.name for tool in visible(visit.surface, abilities(visit)))
    key = (ctx.protocol_version, visit.surface.asks_for_token, names)
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = await call_next(ctx)
    return _kept[key]


def visit_of(context: Context) -> Visit:
    visit = context.request
    assert isinstance(visit, Visit)  # noqa: S101 - leadercrm.mcp.exchange puts it there
    return visit


def abilities(visit: Visit) -> Callable[[str], bool]:
    """Whether the visit's token has an ability; where tools bring their own token, they are all shown."""
    if visit.surface.asks_for_token or visit.credential is None:
        return lambda scope: True
    scopes = visit.credential.scopes
    return lambda scope: scopes is None or TokenScope(scope) in scopes
