"""Requests to addresses that users have given: to public hosts over TLS, and nowhere else.

The host is resolved once, judged, and connected to by the address that was judged: a name that leads elsewhere a
moment later leads nowhere (DNS rebinding). No redirect is followed, an answer is read to a limit, and all of it ends in
time, however slowly the other side speaks. settings.OUTBOUND_PRIVATE allows hosts of one's own network, and no TLS.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError

SECONDS = 10.0
MOST_OF_AN_ANSWER = 4096
PORTS = {"https": 443, "http": 80}


class Unreachable(Exception):
    """The request did not get an answer; the text says why, for those who gave the address."""


@dataclass(frozen=True)
class Answer:
    status: int
    start: bytes
    milliseconds: int


def checked_address(url: str, field: str) -> str:
    """An address that requests may go to, as far as that can be told without resolving it. DomainError otherwise."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    schemes = ("https", "http") if settings.OUTBOUND_PRIVATE else ("https",)
    bare = parts.hostname and not parts.username and not parts.password and not parts.fragment
    if parts.scheme not in schemes or not bare or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        raise DomainError(_("Must be an address that begins with https:// and has no user name in it."), field=field)
    if _is_literal(parts.hostname or "") and not _may_be_asked(parts.hostname or ""):
        raise DomainError(_("Must be the address of a public host."), field=field)
    return url


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a POST and return the answer, whatever its status. Raises Unreachable."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    began = time.monotonic()
    connection = Judged(parts)
    timer = Timer(SECONDS, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body, dict(headers))
        response: HTTPResponse = connection.getresponse()
        start = response.read(MOST_OF_AN_ANSWER)
        if connection.is_cut:  # what is cut off while it speaks looks like one that has said all
            raise TimeoutError
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(_told(error, connection.is_cut)) from error
    finally:
        timer.cancel()
        connection.close()
    return Answer(response.status, start, round((time.monotonic() - began) * 1000))


class Judged(HTTPConnection):
    """A connection to an address that was judged, under the name that it was given as."""

    def __init__(self, parts: SplitResult) -> None:
        self.is_secure = parts.scheme == "https"
        self.default_port = PORTS[parts.scheme]
        super().__init__(parts.hostname or "", parts.port or PORTS[parts.scheme], timeout=SECONDS / 2)
        self.is_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((_judged(self.host, self.port), self.port), self.timeout)
        self.sock: Any = plain
        if self.is_secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it now, from another thread."""
        self.is_cut = True
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _judged(host: str, port: int) -> str:
    """The IP address of a host, all of whose addresses may be asked. Raises Unreachable."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(_may_be_asked(address) for address in found):
        raise Unreachable("The host is not a public one.")
    return found[0]


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _may_be_asked(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    embedded = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    judged = embedded or ip
    return settings.OUTBOUND_PRIVATE or (judged.is_global and not judged.is_multicast)


def _told(error: Exception, is_cut: bool) -> str:
    if is_cut or isinstance(error, TimeoutError):
        return f"No answer within {SECONDS:.0f} seconds."
    return str(error)[:200] or type(error).__name__
