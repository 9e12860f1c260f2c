"""Mails: a subject, a text and an HTML part from templates, one deterministic Message-ID each."""

import smtplib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.utils import formataddr, parseaddr
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from leadercrm.core.errors import DomainError, in_english
from leadercrm.core.outbox import Hopeless, NothingDone

# The status from which a refusal of ours is one for now, and the code from which a mail server's is one for good.
TEMPORARY = 500
LAST_WORD = 500


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
    sender_name: str = "",
    attach: Callable[[], Sequence[Attachment]] = tuple,
) -> None:
    """Send `templates/{template}.txt` and `.html`. The same piece of work always has the same Message-ID.

    `values` fill the subject's %(names)s, once it stands in the recipient's language. `attach` makes
    the files that go with it; what it raises has left nothing done, too. `sender_name` is whose mail it is, where
    that is not this server's own.

    Raises NothingDone while it is certain that no mail has gone out: before it is handed over, and
    when the mail server refuses it for now. Hopeless: it refuses for good (5xx), or a document makes
    no file. After any other error, the mail may have gone out.
    """
    server = get_connection()
    with _nothing_done_yet():
        with translation.override(language):
            filled = str(subject) % values if values else str(subject)
            message = _compose(to=to, subject=filled, template=template, context=context, message_id=message_id)
            message.reply_to = [reply_to] if reply_to else []
            message.from_email = _sender(sender_name)
            for attachment in attach():
                message.attach(*attachment)
        server.open()
    _hand_over(server, message)


@contextmanager
def _nothing_done_yet() -> Iterator[None]:
    """Whatever goes wrong here has sent no mail."""
    try:
        yield
    except DomainError as refusal:
        raise (NothingDone if refusal.status >= TEMPORARY else Hopeless)(in_english(refusal.message)) from refusal
    except NothingDone:
        raise
    except Exception as error:
        raise NothingDone(repr(error)) from error


def _hand_over(server: Any, message: EmailMultiAlternatives) -> None:
    """After an error the mail may have gone out, but where the server refused it, or had not begun to take it."""
    try:
        server.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise _refusal(error) from error
    except Exception as error:
        if getattr(getattr(server, "connection", None), "handing_over", True):
            raise
        raise NothingDone(repr(error)) from error
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.close()


def _sender(name: str) -> str:
    """The address that all mails come from, under a name."""
    if not name:
        return settings.DEFAULT_FROM_EMAIL
    return formataddr((" ".join(name.split()), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _refusal(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> NothingDone:
    """What the mail server said: `550 5.1.1 No such user`. By RFC 5321, 5xx is its last word and 4xx is not."""
    answers = [*error.recipients.values()] if isinstance(error, smtplib.SMTPRecipientsRefused) else []
    code, said = answers[0] if answers else (getattr(error, "smtp_code", 0), getattr(error, "smtp_error", b""))
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return (Hopeless if code >= LAST_WORD else NothingDone)(" ".join(f"{code} {text}".split()))


def message_id_of(key: str) -> str:
    """The Message-ID for `key`, always the same, and known again as ours when it comes back (`key_of`)."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{key}.{_seal(key)}@{host}>"


def key_of(message_id: str) -> str | None:
    """The key of one of our own Message-IDs; None for any other, which somebody may have made up."""
    key, _, seal = message_id.strip().strip("<>").rpartition("@")[0].rpartition(".")
    return key if key and constant_time_compare(seal, _seal(key)) else None


def _seal(key: str) -> str:
    return salted_hmac("leadercrm.core.mail", key, algorithm="sha256").hexdigest()[:16]


def _compose(
    *, to: str, subject: str, template: str, context: dict[str, Any], message_id: str
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers={"Message-ID": message_id_of(message_id)},
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
