"""The mail sink: an SMTP server that keeps each message as a file and delivers none.

`python -m leadercrm.embedded.mail_sink FOLDER SOCKET_FD` is what the supervisor runs; it needs
neither Django nor a database, so it is there at once and outlives their troubles.
"""

import asyncio
import os
import secrets
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from leadercrm.embedded.programs import Program

LARGEST_MESSAGE = 35 * 1024 * 1024


class KeepEachMessage:
    """Write each message to a file, whole or not at all, before it is acknowledged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message; its envelope goes in front as headers, as a mail server would note it."""
        noted = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(3)}.eml"
        draft = self.folder / f".{name}"
        draft.write_bytes(noted.encode("utf-8", "surrogateescape") + content)
        draft.replace(self.folder / name)
        return "250 OK"


def mail_sink_program(folder: Path, listening: socket.socket) -> Program:
    """The sink as a child of the supervisor, on a socket that the supervisor keeps open."""
    fd = listening.fileno()
    return Program(
        name="mail",
        title="Mail sink",
        argv=[sys.executable, "-m", "leadercrm.embedded.mail_sink", str(folder), str(fd)],
        pass_fds=[fd],
    )


async def serve(folder: Path, listening: socket.socket) -> None:
    """Accept messages until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    handler = KeepEachMessage(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST_MESSAGE),
        sock=listening,
    )
    async with server:
        await stop.wait()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    os.umask(0o077)
    asyncio.run(serve(target, socket.socket(fileno=int(sys.argv[2]))))
