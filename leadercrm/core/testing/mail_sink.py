"""A mail server that is cheap enough to be measured against, and that fails as often as it is told to.

`python -m leadercrm.core.testing.mail_sink PORT FOLDER [TEMPORARY PERMANENT DROPS SECONDS]` runs until it is killed.
Of each message that it has taken, the recipient and the Message-ID are a line of FOLDER/taken before it is
acknowledged, which takes it SECONDS.
"""

import asyncio
import os
import random
import re
import sys
import zlib
from pathlib import Path

MESSAGE_ID = re.compile(rb"^message-id: *(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 35000000\r\n"
TAKEN = b"250 2.0.0 taken\r\n"
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One conversation. The shares of messages that meet each fate are the class's."""

    temporary = permanent = drops = seconds = 0.0
    taken: int

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.in_message = transport, bytearray(), False
        self.busy = False
        self.recipient = b""
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._answer()

    def _answer(self) -> None:
        answers = bytearray()
        while not self.busy and (answer := self._next()) is not None:
            answers += answer
        if answers and not self.transport.is_closing():
            self.transport.write(bytes(answers))

    def _next(self) -> bytes | None:
        if self.in_message:
            end = self.buffer.find(END)
            if end < 0:
                return None
            message = bytes(self.buffer[:end])
            del self.buffer[: end + len(END)]
            self.in_message = False
            return self._message(message)
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return self._command(line)

    def _command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return HELLO
        if verb == b"RCPT":
            return self._recipient(line)
        if verb == b"DATA":
            self.in_message = bool(self.recipient)
            return b"354 go\r\n" if self.recipient else b"503 5.5.1 nobody\r\n"
        if verb in (b"MAIL", b"RSET"):
            self.recipient = b""
        if verb == b"QUIT":
            self.transport.close()
        return b"250 2.0.0 ok\r\n"

    def _recipient(self, line: bytes) -> bytes:
        fate = random.random()
        if fate < self.temporary:
            return b"451 4.7.1 later\r\n"
        # Always the same address: what is no mailbox now is none later.
        if zlib.crc32(line) % 1000 < self.permanent * 1000:
            return b"550 5.1.1 no such user\r\n"
        self.recipient = line.partition(b"<")[2].rstrip(b">")
        return b"250 2.1.5 ok\r\n"

    def _message(self, message: bytes) -> bytes:
        found = MESSAGE_ID.search(message)
        taken = self.recipient + b" " + (found[1] if found else b"-") + b"\n"
        self.recipient = b""
        drops = random.random() < self.drops
        # A server that drops the line has taken the message or not: half of the time each.
        if not drops or random.random() < 0.5:
            os.write(self.taken, taken)
        if drops:
            self.transport.abort()
        elif self.seconds:
            self.busy = True
            asyncio.get_running_loop().call_later(self.seconds, self._acknowledge)
            return b""
        return TAKEN

    def _acknowledge(self) -> None:
        self.busy = False
        if not self.transport.is_closing():
            self.transport.write(TAKEN)
            self._answer()


def taken(folder: Path) -> list[tuple[str, str]]:
    """What a sink has taken, as (recipient, Message-ID), in order."""
    try:
        lines = (folder / "taken").read_text().splitlines()
    except FileNotFoundError:
        return []
    return [(recipient, message_id) for recipient, _space, message_id in (line.partition(" ") for line in lines)]


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    Sink.taken = os.open(folder / "taken", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    if shares := [float(share) for share in sys.argv[3:]]:
        Sink.temporary, Sink.permanent, Sink.drops, Sink.seconds = shares
    asyncio.run(serve(int(sys.argv[1])))
