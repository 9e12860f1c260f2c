"""Handing mails over: one kept SMTP connection, one round trip for each mail where the server pipelines.

With PIPELINING (RFC 2920) the message goes over together with the next one's MAIL, RCPT and DATA; the answers are read
afterwards. What matters is known at each moment: a message of which a byte may have gone out and whose answer has
not been read is in doubt when the connection breaks, and all that come after it are untouched.
"""

import smtplib
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from leadercrm.core.mail_server import Backend
from marketing.delivery.outcomes import Outcome, in_doubt, refused, sent, untouched

GO_AHEAD = 354
FINE = 250
CLOSING = 421
END = b"\r\n.\r\n"
# Seconds for the answer to a message: servers look at it first. A lease is longer than this and what comes before.
FINAL_PATIENCE = 30


class ServerAway(Exception):
    """The mail server cannot be reached, or does not want to talk. Nothing was handed over."""


@dataclass(frozen=True)
class Mail:
    """A message as it goes over the wire, without its end, and whom it is for. `tries` were made before."""

    recipient: str
    content: bytes
    tries: int = 0


class Outlet(Protocol):
    """Where mails go."""

    def hand_over(self, mails: Sequence[Mail], until: float) -> Iterator[Outcome]:
        """The outcome of each mail, in order. None is begun after `until` (time.monotonic): the rest is untouched."""

    def close(self) -> None:
        """Say good-bye."""


def outlet() -> Outlet:
    """A connection to the mail server of the settings, not opened yet."""
    server = get_connection()
    return Conversation(server) if isinstance(server, Backend) else Elsewhere(server)


class Conversation:
    """The kept connection to an SMTP server. It is opened again when it was lost."""

    def __init__(self, server: Backend) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None

    def hand_over(self, mails: Sequence[Mail], until: float) -> Iterator[Outcome]:
        """See Outlet. Raises ServerAway when a connection that was opened just now is good for nothing."""
        done = 0
        for _connection in range(2):
            fresh = self._open is None
            exchange = _Exchange(self._opened(), mails[done:], until)
            for outcome in exchange.run():
                done += 1
                yield outcome
            if not exchange.broken:
                break
            self._drop()
            if fresh and not exchange.progressed:
                raise ServerAway(exchange.last_words)
            # One that was kept may have been closed since: the rest is worth another.
            if done == len(mails):
                break
        for _rest in mails[done:]:
            yield untouched()

    def close(self) -> None:
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
        self._drop()

    def _opened(self) -> smtplib.SMTP:
        if self._open is None:
            try:
                self._server.open()
                server: Any = self._server.connection
                server.ehlo_or_helo_if_needed()
                server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except (smtplib.SMTPException, OSError) as error:
                self._drop()
                raise ServerAway(repr(error)) from error
            self._open = server
        return self._open

    def _drop(self) -> None:
        """Without a word: the connection is of no use any more."""
        server: Any = self._open or self._server.connection
        if server is not None:
            with suppress(OSError):
                server.close()
        self._open = self._server.connection = None


class _Exchange:
    """Some mails over one open connection, until one of the two sides has had enough."""

    def __init__(self, server: smtplib.SMTP, mails: Sequence[Mail], until: float) -> None:
        self.server, self.mails, self.until = server, mails, until
        self.pipelines = server.has_extn("pipelining")
        self.broken = self.progressed = False
        self.last_words = ""
        self._handing_over = False

    def run(self) -> Iterator[Outcome]:
        """Outcomes for as many mails as were dealt with. `broken` says whether the connection is lost."""
        announced = False
        for place, mail in enumerate(self.mails):
            try:
                if not announced:
                    if time.monotonic() > self.until:
                        return
                    self._write(self._envelope(mail))
                following = self.mails[place + 1] if place + 1 < len(self.mails) else None
                outcome, announced = self._one(mail, following)
            except (smtplib.SMTPException, OSError) as error:
                self.broken, self.last_words = True, repr(error)
                if self._handing_over:
                    self.progressed = True
                    yield in_doubt(repr(error))
                return
            if outcome is None:
                self.broken = True
                return
            self.progressed = True
            yield outcome

    def _one(self, mail: Mail, following: Mail | None) -> tuple[Outcome | None, bool]:
        """Deal with an announced mail; whether the one that follows has been announced with it."""
        answers = [self._read() for _command in range(3)] if self.pipelines else self._ask(mail)
        refusal = next((answer for answer in answers if answer[0] not in (FINE, 251, GO_AHEAD)), None)
        if answers[-1][0] != GO_AHEAD:
            return self._refused(mail, refusal or answers[-1]), False
        if refusal is not None:
            self._write(b".\r\n")  # RFC 2920, 3.1: nobody was accepted, and the server waits for a message
            self._read()
            return self._refused(mail, refusal), False
        announce = following is not None and self.pipelines and time.monotonic() <= self.until
        sock: Any = self.server.sock
        sock.settimeout(FINAL_PATIENCE)
        self._handing_over = True
        self._write(mail.content + END + (self._envelope(following) if announce and following else b""))
        code, said = self._read()
        self._handing_over = False
        sock.settimeout(settings.EMAIL_TIMEOUT)
        if code == FINE:
            return sent(f"{code} {said}"), announce
        return refused(code, f"{code} {said}", mail.tries), announce

    def _refused(self, mail: Mail, answer: tuple[int, str]) -> Outcome | None:
        """None when it is the connection that the server has ended with its answer, and not the mail's fault."""
        code, said = answer
        if code == CLOSING:
            self.last_words = f"{code} {said}"
            return None
        self._write(b"RSET\r\n")
        self._read()
        return refused(code, f"{code} {said}", mail.tries)

    def _ask(self, mail: Mail) -> list[tuple[int, str]]:
        """A server that does not pipeline is told one thing after the other."""
        answers = [self._read()]
        for command in (f"RCPT TO:<{mail.recipient}>\r\n", "DATA\r\n"):
            if answers[-1][0] not in (FINE, 251):
                break
            self._write(command.encode())
            answers.append(self._read())
        return answers

    def _envelope(self, mail: Mail) -> bytes:
        begin = f"MAIL FROM:<{settings.CAMPAIGN_RETURN_PATH}>\r\n"
        if self.pipelines:
            begin += f"RCPT TO:<{mail.recipient}>\r\nDATA\r\n"
        return begin.encode()

    def _write(self, data: bytes) -> None:
        sock: Any = self.server.sock
        sock.sendall(data)

    def _read(self) -> tuple[int, str]:
        code, said = self.server.getreply()
        if code == -1:
            raise smtplib.SMTPServerDisconnected("no answer")
        return code, said.decode(errors="replace")


class Elsewhere:
    """Another of Django's back ends: a console, a folder, the memory of a test."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def hand_over(self, mails: Sequence[Mail], until: float) -> Iterator[Outcome]:
        for mail in mails:
            try:
                self._server.send_messages([_Written(mail)])
            except Exception as error:
                yield in_doubt(repr(error))
            else:
                yield sent("")

    def close(self) -> None:
        self._server.close()


class _Written(EmailMessage):
    """A message that has been written already, as Django's back ends take it."""

    def __init__(self, mail: Mail) -> None:
        super().__init__(to=[mail.recipient], from_email=settings.CAMPAIGN_RETURN_PATH)
        self.content = mail.content

    def message(self, *, policy: Any = None) -> Any:
        return message_from_bytes(self.content.replace(b"\r\n..", b"\r\n.").replace(b"\r\n", b"\n"))
