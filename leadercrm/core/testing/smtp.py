"""A mail server for tests: it takes what it is sent, refuses it, or keeps a client waiting at a chosen point."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from leadercrm.core.testing.processes import free_port


@dataclass
class Mailbox:
    """What was taken, as (recipient, content), and what is answered instead of 250 at RCPT and after the message.

    The connection is cut at `hang_up_at`. `keep_waiting` names, by recipient, where a client gets no
    answer for as long as it lives: at RCPT, at DATA when its message has been taken, or at QUIT when
    that has been acknowledged; `waiting` are the recipients of those that wait. Each message takes `seconds`.
    """

    taken: list[tuple[str, bytes]] = field(default_factory=list)
    at_recipient: str = ""
    at_message: str = ""
    hang_up_at: str = ""
    keep_waiting: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    seconds: float = 0.0

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, _: Any) -> str:  # noqa: N802
        session.recipient = address
        await self._pause(server, session, "RCPT")
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_message:
            return self.at_message
        await asyncio.sleep(self.seconds)
        self.taken.append((session.recipient, envelope.content))
        await self._pause(server, session, "DATA")
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        await self._pause(server, session, "QUIT")
        return "221 Bye"

    async def _pause(self, server: SMTP, session: Any, here: str) -> None:
        if self.hang_up_at == here:
            transport: Any = server.transport
            transport.abort()
        recipient = getattr(session, "recipient", "")
        if self.keep_waiting.get(recipient) == here:
            self.waiting.append(recipient)
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
