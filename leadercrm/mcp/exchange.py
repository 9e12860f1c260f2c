"""One message through the SDK's kernel, in the thread that the request came in.

The kernel (mcp.server.runner) is written for an event loop. Nothing that we hand it ever waits, so that its
coroutine is run to its end by one step: no loop, no second thread, and the connection that a tool reads
from is the one that was bound for it.
"""

from collections.abc import Awaitable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import anyio
from mcp.server.connection import Connection
from mcp.server.lowlevel import Server
from mcp.server.runner import ServerRunner, modern_error_data
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.message import ServerMessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp_types import ErrorData

from leadercrm.mcp.visit import Visit

R = TypeVar("R")


@dataclass
class Exchange:
    """What the kernel knows of one request (mcp.shared.dispatcher.DispatchContext): nobody can be asked back.

    What a handler tells on its way is kept in `notes`, for an answer that has room for it.
    """

    request_id: Any
    message_metadata: ServerMessageMetadata
    transport: TransportContext = field(
        default_factory=lambda: TransportContext(kind="streamable-http", can_send_request=False)
    )
    can_send_request: bool = False
    progress_token: Any = None
    notes: list[dict[str, Any]] = field(default_factory=list)
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)

    async def send_raw_request(self, method: str, params: Any, opts: Any = None) -> dict[str, Any]:
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Any, opts: Any = None) -> None:
        self.notes.append({"jsonrpc": "2.0", "method": method, "params": params or {}})

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Nothing for who has not asked to be told."""
        if self.progress_token is None:
            return
        told = {"progressToken": self.progress_token, "progress": progress, "total": total, "message": message}
        await self.notify("notifications/progress", {name: value for name, value in told.items() if value is not None})


@dataclass(frozen=True)
class Route:
    """Under which revision a message is served, and what its client said of itself."""

    version: str
    client_info: Any = None
    capabilities: Any = None


@dataclass(frozen=True)
class Outcome:
    """What came of a request: its result or the protocol's error, and what was told on the way."""

    result: dict[str, Any] | ErrorData
    notes: list[dict[str, Any]]


def exchange(
    server: Server[Any], visit: Visit, request_id: Any, method: str, params: Mapping[str, Any] | None, route: Route
) -> Outcome:
    """Have one request answered."""
    connection = Connection.from_envelope(route.version, route.client_info, route.capabilities)
    meta = params.get("_meta") if params else None
    token = meta.get("progressToken") if isinstance(meta, dict) else None
    context: Any = Exchange(request_id, ServerMessageMetadata(request_context=visit), progress_token=token)
    runner = ServerRunner(server, connection, None)
    try:
        return Outcome(run_at_once(runner.on_request(context, method, params)), context.notes)
    except Exception as error:  # the SDK's own table says what becomes of it; what is none of its is logged
        return Outcome(modern_error_data(error), context.notes)


def run_at_once(awaitable: Awaitable[R]) -> R:
    """Run a coroutine that never waits. RuntimeError for one that does: it has no loop to wait in."""
    coroutine = cast("Coroutine[Any, Any, R]", awaitable)
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: R = end.value
        return result
    finally:
        coroutine.close()
    raise RuntimeError("a handler of the agents' door waited for something")
