"""What the mail sink has kept, read for the development page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

KEY = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{6}", re.ASCII)
NEWEST = 200


@dataclass(frozen=True)
class Attachment:
    """A file in a message; its number is its place."""

    number: int
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class KeptMessage:
    """One message of the sink. The sender and the recipients are the envelope's, which includes Bcc."""

    key: str
    parsed: EmailMessage

    @property
    def received(self) -> datetime:
        return datetime.strptime(self.key.rpartition("-")[0], "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC)

    @property
    def subject(self) -> str:
        return str(self.parsed.get("subject", ""))

    @property
    def sender(self) -> str:
        return str(self.parsed.get("from") or self.parsed.get("x-envelope-from", ""))

    @property
    def recipients(self) -> str:
        return str(self.parsed.get("x-envelope-to", ""))

    @property
    def text(self) -> str | None:
        return self._body("plain")

    @property
    def html(self) -> str | None:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        parts = self.parsed.iter_attachments() if self.parsed.is_multipart() else ()
        return [
            Attachment(number, part.get_filename() or "", part.get_content_type(), _content(part))
            for number, part in enumerate(parts)
        ]

    def _body(self, kind: str) -> str | None:
        part = self.parsed.get_body((kind,))
        if part is None:
            return None
        try:
            return str(part.get_content())
        except (LookupError, MessageError):  # a charset that nobody knows
            return _content(part).decode("utf-8", "replace")


class Mailbox:
    """A folder of messages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest(self) -> Iterator[KeptMessage]:
        """The newest messages, newest first, with their headers only."""
        keys = sorted((path.stem for path in self.folder.glob("[0-9]*.eml")), reverse=True)
        parser = BytesHeaderParser(policy=policy.default)
        for key in [key for key in keys if KEY.fullmatch(key)][:NEWEST]:
            with self._path(key).open("rb") as file:
                yield KeptMessage(key, parser.parse(file))

    def message(self, key: str) -> KeptMessage | None:
        """One whole message, or none when there is none of this key."""
        source = self.source(key)
        if source is None:
            return None
        return KeptMessage(key, BytesParser(policy=policy.default).parsebytes(source))

    def source(self, key: str) -> bytes | None:
        """A message as it came, or none."""
        if not KEY.fullmatch(key):
            return None
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.eml"


def _content(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else bytes(part)
