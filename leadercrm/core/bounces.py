"""Mails that come back: delivery status notifications (RFC 3464), read and told to whoever sent the mail.

Complaints come the same way: reports in the Abuse Reporting Format (RFC 5965), of readers who called it spam.

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
# RFC 3463: 5.1.1
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")

Listener = Callable[[str, str, str], None]
# First word of a mail's key -> who is told of it, of the rest of the key, and why the mail came back.
LISTENERS: dict[str, Listener] = {}
# The same for complaints; nobody needs to hear of them.
COMPLAINTS: dict[str, Listener] = {}
# A reader who takes their complaint back has made none.
NO_COMPLAINT = ("not-spam",)


class Bounce(NamedTuple):
    """The Message-ID of what came back, and what the mail server said: `550 5.1.1 No such user`.

    Of a complaint, what kind it is: `abuse`.
    """

    message_id: str
    reason: str
    is_complaint: bool = False


def on_bounce(*kinds: str) -> Callable[[Listener], Listener]:
    """Register the function that is told of mails of these kinds, bound to their tenant.

    It is given the kind, the rest of the key after the tenant, and the reason.
    """

    def register(function: Listener) -> Listener:
        LISTENERS.update(dict.fromkeys(kinds, function))
        return function

    return register


def on_complaint(*kinds: str) -> Callable[[Listener], Listener]:
    """Register the function that is told who has complained of mails of these kinds; see on_bounce."""

    def register(function: Listener) -> Listener:
        COMPLAINTS.update(dict.fromkeys(kinds, function))
        return function

    return register


def take_in(raw: bytes, of_tenant: int | None = None) -> str | None:
    """Tell of the mail that `raw` says has come back; its key, or None if `raw` says nothing of a mail of ours.

    With `of_tenant`, mails of other tenants are none of ours.
    """
    bounce = read(raw)
    return tell(bounce, of_tenant) if bounce else None


def tell(bounce: Bounce, of_tenant: int | None = None) -> str | None:
    """Tell of a mail that has come back, or was complained of; see take_in."""
    key = key_of(bounce.message_id)
    if key is None:
        return None
    kind, tenant_id, rest = key.split(".", 2)
    if of_tenant not in (None, int(tenant_id)):
        return None
    listener = (COMPLAINTS if bounce.is_complaint else LISTENERS).get(kind)
    if listener is not None:
        with ports.bind_tenant(int(tenant_id)):
            listener(kind, rest, bounce.reason)
    return key


def read(raw: bytes) -> Bounce | None:
    """What a notification says of a mail that will not arrive, or that its reader has complained of.

    None if it is something else, a delay for one.
    """
    if len(raw) > MOST_BYTES:
        return None
    parts = list(email.message_from_bytes(raw).walk())
    quoted = next((found[1] for part in parts if (found := MESSAGE_ID.search(_quoted(part)))), None)
    if quoted is None:
        return None
    failed = next(_failed(parts), None)
    if failed is not None:
        return Bounce(quoted, _said(failed))
    complaint = next(_complaints(parts), None)
    return None if complaint is None else Bounce(quoted, complaint, is_complaint=True)


def _said(failed: Message) -> str:
    """The mail server's words, with the enhanced code of the notification where they hold none."""
    said = str(failed.get("Diagnostic-Code", "")).partition(";")[2]
    told = said if ENHANCED.search(said) else f"{failed.get('Status', '')} {said}"
    return " ".join(told.split())[:MOST_OF_A_REASON]


def _complaints(parts: Iterable[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() != "message/feedback-report":
            continue
        # The fields stand in its body. Python reads any message/* as a message of its own.
        payload = part.get_payload()
        fields = payload[0] if isinstance(payload, list) and payload else payload
        kind = fields.get("Feedback-Type", "") if isinstance(fields, Message) else _field(str(fields), "Feedback-Type")
        kind = str(kind).strip().lower()[:MOST_OF_A_REASON]
        if kind and kind not in NO_COMPLAINT:
            yield kind


def _field(text: str, name: str) -> str:
    return str(email.message_from_string(text).get(name, ""))


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
