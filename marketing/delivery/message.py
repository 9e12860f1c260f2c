"""A campaign's mail as bytes: encoded once, and made somebody's by joining what is theirs between the pieces."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from hashlib import sha256

from marketing.delivery.quoting import JOINT, display_name, header_text, one_line, quoted

# What is somebody's own: a text made of their values and addresses.
Slot = Callable[["Reader"], str]
Piece = str | Slot
# What may stand between < and > in an SMTP command. Addresses were validated when they were written; this is
# what keeps one that was not from saying something to the mail server.
ADDRESS = re.compile(r"[!#-'*+./0-9=?A-Z^-~-]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)


class Unwritable(ValueError):
    """Nobody can be sent this: why not."""


@dataclass(frozen=True)
class Reader:
    """One recipient, as slots ask for it: merge values, and the addresses that lead back to them."""

    values: Mapping[str, str]
    open_url: str
    unsubscribe_url: str
    preferences_url: str
    link: Callable[[int], str]


@dataclass(frozen=True)
class Letter:
    """What one mail is made of besides the campaign."""

    address: str
    name: str
    message_id: str
    variant: str
    reader: Reader


@dataclass(frozen=True)
class Writing:
    """What a campaign says: the subject of each variant, HTML and text, in pieces."""

    subjects: Mapping[str, Sequence[Piece]]
    html: Sequence[Piece]
    text: Sequence[Piece]


class Template:
    """A campaign's mail, encoded once."""

    def __init__(self, writing: Writing, *, sender: str, sender_name: str, reply_to: str = "") -> None:
        self.subjects = writing.subjects
        # Quoted-printable holds no `=_`: no body can hold the boundary.
        boundary = "=_" + sha256(repr((writing.html, writing.text)).encode()).hexdigest()[:32]
        self._head = self._headers(sender, sender_name, reply_to, boundary)
        between = f"\r\n--{boundary}\r\n".encode()
        kind = "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        self._text = [between[2:] + kind.format("plain").encode(), *_encoded(writing.text)]
        self._html = [between + kind.format("html").encode(), *_encoded(writing.html)]
        self._end = f"\r\n--{boundary}--\r\n".encode()

    def write(self, letter: Letter, at: float) -> bytes:
        """The whole message, ready for the wire but for the final dot. `at`: seconds of the epoch, for its Date."""
        reader = letter.reader
        unsubscribe = reader.unsubscribe_url.encode()
        headers = (
            self._head,
            b"Subject: " + header_text(self._subject(letter)),
            b"To: " + _mailbox(letter.name, letter.address),
            b"Message-ID: " + letter.message_id.encode(),
            b"Date: " + _date(int(at)),
            b"List-Unsubscribe: <" + unsubscribe + b">",
            b"",
            b"",
        )
        return b"".join((b"\r\n".join(headers), *_filled(self._text, reader), *_filled(self._html, reader), self._end))

    def _subject(self, letter: Letter) -> str:
        pieces = self.subjects.get(letter.variant) or self.subjects["a"]
        return "".join(piece if isinstance(piece, str) else piece(letter.reader) for piece in pieces)

    @staticmethod
    def _headers(sender: str, name: str, reply_to: str, boundary: str) -> bytes:
        lines = [
            b"MIME-Version: 1.0",
            f'Content-Type: multipart/alternative; boundary="{boundary}"'.encode(),
            b"From: " + _mailbox(name, sender),
            b"Precedence: bulk",
            b"List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
        if reply_to:
            lines.append(b"Reply-To: " + _mailbox("", reply_to))
        return b"\r\n".join(lines)


def mail_address(address: str) -> str:
    """The address as SMTP takes it, an international domain in ASCII. Unwritable for what would need SMTPUTF8."""
    local, _at, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            domain = ""
    if ADDRESS.fullmatch(f"{local}@{domain}") is None:
        raise Unwritable("This address cannot be written to.")
    return f"{local}@{domain}"


def _encoded(pieces: Sequence[Piece]) -> list[bytes | Slot]:
    """What is the same in each mail, encoded; each literal piece ends where a slot begins."""
    return [quoted(piece) if isinstance(piece, str) else piece for piece in pieces if piece != ""]


def _filled(pieces: Sequence[bytes | Slot], reader: Reader) -> list[bytes]:
    """The head of a part, and then its pieces with joints between them."""
    head, *rest = [piece if isinstance(piece, bytes) else quoted(piece(reader)) for piece in pieces]
    return [head, JOINT.join(rest)]


def _mailbox(name: str, address: str) -> bytes:
    shown = display_name(name)
    return (shown + b" <" if shown else b"<") + one_line(address).encode() + b">"


@lru_cache(maxsize=4)
def _date(at: int) -> bytes:
    return formatdate(at).encode()
