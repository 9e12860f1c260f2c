"""Mails that come back: delivery status notifications (RFC 3464), read and told to whoever sent the mail.

Each notification quotes the Message-ID of the mail that it is about. Ours are sealed
(leadercrm.core.mail) and say what they were for, `kind.tenant.rest`: no table of sent mails is
needed, and one that somebody has made up is known as such.
"""

import email
import re
from collections.abc import Callable, Iterable, Iterator
from email.message import Message
from typing import NamedTuple

from leadercrm.core import ports
from leadercrm.core.mail import key_of

MOST_BYTES = 2 * 2**20
MOST_OF_A_REASON = 500
MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,300}>)", re.IGNORECASE | re.MULTILINE)

Listener = Callable[[str, str, str], None]
# First word of a mail's key -> who is told of it, of the rest of the key, and why the mail came back.
LISTENERS: dict[str, Listener] = {}


class Bounce(NamedTuple):
    """The Message-ID of what came back, and what the mail server said: `550 5.1.1 No such user`."""

    message_id: str
    reason: str


def on_bounce(*kinds: str) -> Callable[[Listener], Listener]:
    """Register the function that is told of mails of these kinds, bound to their tenant.

    It is given the kind, the rest of the key after the tenant, and the reason.
    """

    def register(function: Listener) -> Listener:
        LISTENERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def take_in(raw: bytes) -> str | None:
    """Tell of the mail that `raw` says has come back; its key, or None if `raw` says nothing of a mail of ours."""
    bounce = read(raw)
    key = key_of(bounce.message_id) if bounce else None
    if bounce is None or key is None:
        return None
    kind, tenant_id, rest = key.split(".", 2)
    listener = LISTENERS.get(kind)
    if listener is not None:
        with ports.bind_tenant(int(tenant_id)):
            listener(kind, rest, bounce.reason)
    return key


def read(raw: bytes) -> Bounce | None:
    """What a notification says of a mail that will not arrive; None if it is something else, a delay for one."""
    if len(raw) > MOST_BYTES:
        return None
    parts = list(email.message_from_bytes(raw).walk())
    failed = next(_failed(parts), None)
    quoted = next((found[1] for part in parts if (found := MESSAGE_ID.search(_quoted(part)))), None)
    if failed is None or quoted is None:
        return None
    said = str(failed.get("Diagnostic-Code", "")).partition(";")[2] or str(failed.get("Status", ""))
    return Bounce(quoted, " ".join(said.split())[:MOST_OF_A_REASON])


def _failed(parts: Iterable[Message]) -> Iterator[Message]:
    """The fields of the recipients that it has failed for."""
    for part in parts:
        blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else ()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
                yield block


def _quoted(part: Message) -> str:
    """The headers of the mail that came back, which is quoted whole or by its headers."""
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
    if part.get_content_type() != "message/rfc822":
        return ""
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    return f"Message-ID: {inner.get('Message-ID', '')}" if isinstance(inner, Message) else ""
