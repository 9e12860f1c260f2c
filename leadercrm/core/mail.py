"""Mails: a subject, a text and an HTML part from templates, one deterministic Message-ID each."""

import smtplib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from leadercrm.core.outbox import NothingDone


class Attachment(NamedTuple):
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str


def public_address(path: str) -> str:
    """`path` as a link in a mail has it. Raises NothingDone where nobody has said what this server is called.

    Never from a request: whoever sends one chooses its Host, and could have links to a host of theirs mailed.
    """
    if not settings.PUBLIC_URL:
        raise NothingDone("LEADERCRM_PUBLIC_URL is not set: a mail cannot link to this server")
    return f"{settings.PUBLIC_URL}{path}"


def send_mail(
    *,
    to: str,
    subject: Any,
    template: str,
    context: dict[str, Any],
    message_id: str,
    values: Mapping[str, Any] | None = None,
    language: str = settings.LANGUAGE_CODE,
    reply_to: str | None = None,
    attach: Callable[[], Sequence[Attachment]] = tuple,
) -> None:
    """Send `templates/{template}.txt` and `.html`. The same piece of work always has the same Message-ID.

    `values` fill the subject's %(names)s, once it stands in the recipient's language. `attach` makes
    the files that go with it; what it raises has left nothing done, too.

    Raises NothingDone while it is certain that no mail has gone out: before it is handed over, and
    when the mail server refuses it. After any other error, it may have.
    """
    server = get_connection()
    try:
        with translation.override(language):
            filled = str(subject) % values if values else str(subject)
            message = _compose(to=to, subject=filled, template=template, context=context, message_id=message_id)
            message.reply_to = [reply_to] if reply_to else []
            for attachment in attach():
                message.attach(*attachment)
        server.open()
    except Exception as error:
        raise NothingDone(repr(error)) from error
    try:
        server.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise NothingDone(repr(error)) from error
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()


def _compose(
    *, to: str, subject: str, template: str, context: dict[str, Any], message_id: str
) -> EmailMultiAlternatives:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers={"Message-ID": f"<{message_id}@{host}>"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
