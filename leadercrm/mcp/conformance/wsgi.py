"""The product's WSGI application, whose agents' door has the suites' tools beside its own."""

from leadercrm.wsgi import application  # isort: skip - Django is set up by it
from leadercrm.mcp import protocol
from leadercrm.mcp.conformance.fixtures import SERVER

setattr(protocol, "SERVER", SERVER)  # noqa: B010 - it is another module's, and no part of what that one offers

__all__ = ["application"]
