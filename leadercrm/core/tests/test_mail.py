"""Mail over real SMTP: what a mail server's answers mean, and what is known of a mail that did not arrive."""

import smtplib
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command

from leadercrm.core import bounces
from leadercrm.core.errors import DomainError, Unavailable
from leadercrm.core.mail import Attachment, key_of, message_id_of, send_mail
from leadercrm.core.outbox import Hopeless, NothingDone
from leadercrm.core.testing.processes import free_port
from leadercrm.core.testing.smtp import Mailbox, mail_server
from leadercrm.core.testing.tenants import TestTenant

WORDS = {"user": {"name": "Ana"}, "tenant": {"name": "B"}}


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "leadercrm.core.mail_server.Backend", "127.0.0.1"
    settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
    with mail_server(box) as settings.EMAIL_PORT:
        yield box


def send(**more: Any) -> None:
    send_mail(
        to="ana@example.com", subject="S", template="accounts/welcome", context=WORDS, message_id="welcome.1.2", **more
    )


def test_it_comes_in_the_name_of_whose_it_is(mailbox: Mailbox) -> None:
    send()
    send(sender_name="Zamarrón,\r\nBcc: <eva@x.mx>")
    plain, named = (message_from_bytes(content, policy=policy.default) for _to, content in mailbox.taken)
    assert named["From"].addresses[0].addr_spec == plain["From"].addresses[0].addr_spec
    assert named["From"].addresses[0].display_name == "Zamarrón, Bcc: <eva@x.mx>"
    assert named["Bcc"] is None


def test_the_same_mail_has_the_same_message_id(mailbox: Mailbox) -> None:
    send()
    send()
    ids = {line for _to, content in mailbox.taken for line in content.splitlines() if line.startswith(b"Message-ID")}
    assert ids == {b"Message-ID: " + message_id_of("welcome.1.2").encode()}
    assert key_of(message_id_of("welcome.1.2")) == "welcome.1.2"
    for made_up in ("<welcome.1.2@leadercrm.mx>", message_id_of("welcome.1.2").replace(".2.", ".3."), "", "<@>"):
        assert key_of(made_up) is None


@pytest.mark.parametrize(
    ("trouble", "error", "said"),
    [
        ({"at_recipient": "450 4.2.0 Try again later"}, NothingDone, "450 4.2.0 Try again later"),
        ({"at_recipient": "550 5.1.1 No such user"}, Hopeless, "550 5.1.1 No such user"),
        ({"at_message": "451 4.3.0 Disk full"}, NothingDone, "451 4.3.0 Disk full"),
        ({"at_message": "554 5.7.1 Spam"}, Hopeless, "554 5.7.1 Spam"),
        ({"hang_up_at": "RCPT"}, NothingDone, ""),
        ({"hang_up_at": "DATA"}, smtplib.SMTPServerDisconnected, ""),
    ],
)
def test_what_the_answers_mean(mailbox: Mailbox, trouble: dict[str, str], error: type[Exception], said: str) -> None:
    for name, value in trouble.items():
        setattr(mailbox, name, value)
    with pytest.raises(error) as caught:
        send()
    assert type(caught.value) is error
    assert said in str(caught.value)


def test_nothing_is_done_where_nobody_listens(mailbox: Mailbox, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    with pytest.raises(NothingDone) as caught:
        send()
    assert type(caught.value) is NothingDone


@pytest.mark.parametrize(
    ("refusal", "error"),
    [(DomainError("too large"), Hopeless), (Unavailable("busy"), NothingDone), (MemoryError(), NothingDone)],
)
def test_a_file_that_cannot_be_made(mailbox: Mailbox, refusal: Exception, error: type[Exception]) -> None:
    def attach() -> list[Attachment]:
        raise refusal

    with pytest.raises(error) as caught:
        send(attach=attach)
    assert type(caught.value) is error
    assert mailbox.taken == []


# --- mails that come back


def notification(message_id: str, *, action: str = "failed", quoted: str = "rfc822", said: str = "") -> bytes:
    """As a mail server writes it: for people, for programs, and what came back."""
    original = EmailMultiAlternatives("S", "B", to=["ana@example.com"], headers={"Message-ID": message_id}).message()
    quote = original.as_string() if quoted == "rfc822" else f"Subject: S\nMESSAGE-ID:\n {message_id}\n"
    kind = "message/rfc822" if quoted == "rfc822" else "text/rfc822-headers"
    return (
        "From: MAILER-DAEMON@mx.example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nI'm sorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
        f"Final-Recipient: rfc822; ana@example.com\nAction: {action}\nStatus: 5.1.1\n{said}\n"
        f"--b\nContent-Type: {kind}\n\n{quote}\n--b--\n"
    ).encode()


DIAGNOSIS = "Diagnostic-Code: smtp; 550 5.1.1\n <ana@example.com>: no such user\n"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    told: list[tuple[str, ...]] = []
    monkeypatch.setitem(bounces.LISTENERS, "test", lambda *told_of: told.append(told_of))
    return told


def test_a_mail_that_came_back_is_told_to_who_sent_it(alfa: TestTenant, heard: list[tuple[str, ...]]) -> None:
    ours = message_id_of(f"test.{alfa.row.pk}.8.1")
    assert bounces.take_in(notification(ours, said=DIAGNOSIS)) == f"test.{alfa.row.pk}.8.1"
    assert bounces.take_in(notification(ours, quoted="headers")) is not None
    assert heard == [("test", "8.1", "550 5.1.1 <ana@example.com>: no such user"), ("test", "8.1", "5.1.1")]
    assert bounces.take_in(notification(message_id_of(f"other.{alfa.row.pk}.8.1"))) is not None


def complaint(message_id: str, kind: str = "abuse") -> bytes:
    """As a mail provider's feedback loop writes it (RFC 5965)."""
    return (
        "From: feedback@example.com\nSubject: FW: S\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\n"
        f"--b\nContent-Type: message/rfc822\n\nSubject: S\nMessage-ID: {message_id}\n\nHi\n--b--\n"
    ).encode()


def test_a_complaint_is_told_to_who_wants_to_hear_of_it(
    alfa: TestTenant, heard: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = message_id_of(f"test.{alfa.row.pk}.8.1")
    assert bounces.take_in(complaint(ours)) == f"test.{alfa.row.pk}.8.1"
    assert heard == []
    monkeypatch.setitem(bounces.COMPLAINTS, "test", lambda *told_of: heard.append(told_of))
    bounces.take_in(complaint(ours, "Abuse "))
    assert bounces.take_in(complaint(ours, "not-spam")) is None
    assert bounces.take_in(complaint(ours), of_tenant=alfa.row.pk + 1) is None
    assert heard == [("test", "8.1", "abuse")]


def test_the_status_is_told_where_the_diagnosis_has_none(alfa: TestTenant, heard: list[tuple[str, ...]]) -> None:
    said = "Diagnostic-Code: smtp; 552 mailbox is full\n"
    bounces.take_in(notification(message_id_of(f"test.{alfa.row.pk}.8.1"), said=said))
    assert heard == [("test", "8.1", "5.1.1 552 mailbox is full")]


def test_whatever_else_comes_says_nothing(alfa: TestTenant, heard: list[tuple[str, ...]]) -> None:
    ours = message_id_of(f"test.{alfa.row.pk}.8.1")
    letter = EmailMessage()
    letter["Message-ID"], letter["Subject"] = ours, "Action: failed"
    letter.set_content("Action: failed")
    forged = f"<test.{alfa.row.pk}.9.1.0123456789abcdef@leadercrm.mx>"
    whole = notification(ours)
    noise = [letter.as_bytes(), notification(ours, action="delayed"), notification(forged), notification("<a@b>"), b""]
    for raw in [*noise, b"\xff\x00" * 99, whole[:400], whole + b"x" * bounces.MOST_BYTES]:
        assert bounces.take_in(raw) is None
    assert heard == []


@pytest.mark.parametrize("broken", [False, True])
def test_mail_servers_pipe_it_in(
    alfa: TestTenant, heard: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    raw = notification(message_id_of(f"test.{alfa.row.pk}.8.1"))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(raw)))
    if broken:
        monkeypatch.setitem(bounces.LISTENERS, "test", lambda *_: 1 / 0)
        with pytest.raises(SystemExit) as left:
            call_command("take_bounce")
        assert left.value.code == 75
    else:
        call_command("take_bounce")
        assert len(heard) == 1
