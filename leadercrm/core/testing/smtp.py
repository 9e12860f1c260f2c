"""A mail server for tests: it takes what it is sent, refuses it, or keeps the client waiting at a chosen point."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from leadercrm.core.testing.processes import free_port


@dataclass
class Mailbox:
    """What was taken, as (recipients, content), and what is answered instead of 250 at RCPT and after the message."""

    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    at_recipient: str = ""
    at_message: str = ""
    hang_up_at: str = ""
    # Set when the client is at the point where it is kept waiting for good: "RCPT" or "DATA", its message taken.
    keep_waiting_at: str = ""
    waiting: Event = field(default_factory=Event)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        await self._pause(server, "RCPT")
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_message:
            return self.at_message
        self.taken.append((envelope.rcpt_tos, envelope.content))
        await self._pause(server, "DATA")
        return "250 OK"

    async def _pause(self, server: SMTP, here: str) -> None:
        if self.hang_up_at == here:
            transport: Any = server.transport
            transport.abort()
        if self.keep_waiting_at == here:
            self.waiting.set()
            with suppress(Exception):
                await server._reader.read()  # until the client is gone


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[int]:
    """The server on a port of its own, which is yielded."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
