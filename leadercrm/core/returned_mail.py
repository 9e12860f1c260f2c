"""The mailbox that undeliverable mails come back to: read over IMAP, or as a Maildir on this machine.

`settings.BOUNCE_MAILBOX` is its address:

    imaps://name:password@host/INBOX      percent-encoded where a name or a password has `:`, `/` or `@`
    imap://name:password@host:143/INBOX   without TLS, for a server on the same machine
    maildir:///var/mail/bounces

Unread mails are read, told of (leadercrm.core.bounces), and marked as read; none is deleted. One that could not be
told of, PostgreSQL being away for instance, stays unread and is looked at again next time.
"""

import imaplib
import logging
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.conf import settings

from leadercrm.core import bounces

logger = logging.getLogger(__name__)

# In one go; what is left comes next time.
MOST_AT_ONCE = 500
PATIENCE = 30
IMAPS, IMAP = 993, 143


class Unreadable(ValueError):
    """The mailbox cannot be read: why not."""


class Taken(NamedTuple):
    """How many mails were about one of ours, how many about something else, and how many are to be read again."""

    told: int = 0
    passed_over: int = 0
    left: int = 0


# A mail's bytes, and what marks it as read.
Unread = tuple[bytes, Callable[[], object]]


def read_all() -> Taken:
    """Take in what has come back since the last time. Raises Unreadable."""
    told = passed_over = left = 0
    with _opened(settings.BOUNCE_MAILBOX) as mails:
        for raw, mark_as_read in mails:
            try:
                key = bounces.take_in(raw)
            except Exception:
                logger.exception("a mail that came back could not be told of")
                left += 1
                continue
            mark_as_read()
            told, passed_over = told + (key is not None), passed_over + (key is None)
    return Taken(told, passed_over, left)


@contextmanager
def _opened(address: str) -> Iterator[Iterator[Unread]]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise Unreadable("LEADERCRM_BOUNCE_MAILBOX is no address") from error
    if parts.scheme == "maildir":
        yield _maildir(Path(unquote(parts.path)))
    elif parts.scheme in ("imap", "imaps") and parts.hostname:
        with _imap(parts.scheme == "imaps", parts.hostname, port) as server:
            try:
                server.login(unquote(parts.username or ""), unquote(parts.password or ""))
                yield _unseen(server, unquote(parts.path.strip("/")) or "INBOX")
            except (imaplib.IMAP4.error, OSError) as error:
                raise Unreadable(f"the mailbox at {parts.hostname} cannot be read: {error}") from error
    else:
        raise Unreadable("LEADERCRM_BOUNCE_MAILBOX is no address of a mailbox (imaps://, imap:// or maildir://)")


def _maildir(folder: Path) -> Iterator[Unread]:
    if not (folder / "new").is_dir():
        raise Unreadable(f"{folder} is no Maildir")
    box = mailbox.Maildir(folder, create=False)
    for key in sorted(box.keys())[: MOST_AT_ONCE * 20]:
        message = box.get_message(key)
        if "S" in message.get_flags():
            continue
        yield box.get_bytes(key)[: bounces.MOST_BYTES + 1], lambda key=key, message=message: _seen(box, key, message)  # type: ignore[misc]


def _seen(box: mailbox.Maildir, key: str, message: mailbox.MaildirMessage) -> None:
    message.set_subdir("cur")
    message.add_flag("S")
    # Another reader may have taken it away meanwhile.
    with suppress(KeyError):
        box[key] = message


@contextmanager
def _imap(secure: bool, host: str, port: int | None) -> Iterator[Any]:
    try:
        server: imaplib.IMAP4 = (
            imaplib.IMAP4_SSL(host, port or IMAPS, timeout=PATIENCE)
            if secure
            else imaplib.IMAP4(host, port or IMAP, timeout=PATIENCE)
        )
    except (imaplib.IMAP4.error, OSError) as error:
        raise Unreadable(f"the mailbox at {host} cannot be reached: {error}") from error
    try:
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()


def _unseen(server: Any, folder: str) -> Iterator[Unread]:
    """The rest of a mail that is too large is not fetched: it is none that we can read."""
    quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
    _fine(server.select(f'"{quoted}"'))
    numbers = _fine(server.uid("SEARCH", "UNSEEN"))[0] or b""
    for number in numbers.split()[:MOST_AT_ONCE]:
        uid = number.decode()
        parts = _fine(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{bounces.MOST_BYTES + 1}>)"))
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        yield raw, lambda uid=uid: _fine(server.uid("STORE", uid, "+FLAGS.SILENT", "(\\Seen)"))  # type: ignore[misc]


def _fine(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise Unreadable(f"the mail server says {answer[0]} {answer[1]!r}"[:300])
    return answer[1]
