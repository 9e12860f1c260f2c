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
    """What the kernel knows of one request (mcp.shared.dispatcher.DispatchContext): nobody can be asked back."""

    request_id: Any
    message_metadata: ServerMessageMetadata
    transport: TransportContext = field(
        default_factory=lambda: TransportContext(kind="streamable-http", can_send_request=False)
    )
    can_send_request: bool = False
    progress_token: Any = None
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)

    async def send_raw_request(self, method: str, params: Any, opts: Any = None) -> dict[str, Any]:
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Any, opts: Any = None) -> None:
        """An answer in JSON has no room for notifications."""

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """See notify."""


@dataclass(frozen=True)
class Route:
    """Under which revision a message is served, and what its client said of itself."""

    version: str
    client_info: Any = None
    capabilities: Any = None


def exchange(
    server: Server[Any], visit: Visit, request_id: Any, method: str, params: Mapping[str, Any] | None, route: Route
) -> dict[str, Any] | ErrorData:
    """The result of one request, or the protocol's error."""
    connection = Connection.from_envelope(route.version, route.client_info, route.capabilities)
    context: Any = Exchange(request_id, ServerMessageMetadata(request_context=visit))
    runner = ServerRunner(server, connection, None)
    try:
        return run_at_once(runner.on_request(context, method, params))
    except Exception as error:  # the SDK's own table says what becomes of it; what is none of its is logged
        return modern_error_data(error)


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
