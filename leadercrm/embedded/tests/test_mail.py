"""The mail sink over real SMTP, and its page."""

import os
import signal
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP, SMTPSenderRefused

import pytest
from django.test import Client

from leadercrm.embedded.children import Child
from leadercrm.embedded.mail_sink import LARGEST_MESSAGE, mail_sink_program
from leadercrm.embedded.mailbox import Mailbox
from leadercrm.embedded.ports import mail_socket
from leadercrm.embedded.tests.conftest import eventually

SENDER, READER = "no-reply@leadercrm.mx", "maria@example.com"


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    data_dir = tmp_path_factory.mktemp("data")
    with mail_socket(data_dir, usual=False) as listening:
        child = Child(mail_sink_program(data_dir / "mail", listening), data_dir / "log", {})
        child.start()
        yield data_dir / "mail", listening.getsockname()[1]
        assert child.stop()
        assert child.exit_code() == 0


@pytest.fixture
def folder(sink: tuple[Path, int]) -> Iterator[Path]:
    yield sink[0]
    for kept in sink[0].glob("*.eml"):
        kept.unlink()


def send(sink: tuple[Path, int], subject: str = "Cotización — José Núñez", **parts: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, SENDER, READER
    message.set_content(parts.get("text", "Hola Ñandú"))
    if "html" in parts:
        message.add_alternative(parts["html"], subtype="html")
    if "file" in parts:
        message.add_attachment(parts["file"].encode(), maintype="text", subtype="html", filename="año.html")
    with SMTP("127.0.0.1", sink[1]) as connection:
        connection.send_message(message, to_addrs=[READER, "bcc@example.com"])


@pytest.fixture
def client(folder: Path, settings: pytest.FixtureRequest) -> Client:
    settings.MAIL_SINK_DIR = folder  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    return Client(headers={"host": "localhost"})


def test_acknowledged_message_is_kept_whole(sink: tuple[Path, int], folder: Path) -> None:
    send(sink, html="<p>Hola</p>", file="<p>file</p>")

    [kept] = Mailbox(folder).newest()
    message = Mailbox(folder).message(kept.key)
    assert message is not None
    assert (kept.subject, kept.recipients) == ("Cotización — José Núñez", f"{READER}, bcc@example.com")
    assert (message.text or "").strip() == "Hola Ñandú"
    assert (message.html or "").strip() == "<p>Hola</p>"
    assert [(file.name, file.content) for file in message.attachments] == [("año.html", b"<p>file</p>")]
    assert list(folder.glob(".*")) == []
    assert (folder / f"{kept.key}.eml").stat().st_mode & 0o077 == 0


def test_too_large_message_is_refused_and_not_kept(sink: tuple[Path, int], folder: Path) -> None:
    with SMTP("127.0.0.1", sink[1]) as connection, pytest.raises(SMTPSenderRefused):
        connection.sendmail(SENDER, READER, b"x" * (LARGEST_MESSAGE + 1))

    assert list(folder.glob("*.eml")) == []


def test_mail_waits_while_the_sink_restarts(tmp_path: Path) -> None:
    with mail_socket(tmp_path, usual=False) as listening:
        sink = tmp_path / "mail", listening.getsockname()[1]
        child = Child(mail_sink_program(sink[0], listening), tmp_path / "log", {})
        child.start()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        assert eventually(lambda: child.exit_code() is not None)
        child.start()
        send(sink)
        child.stop()

    assert len(list(sink[0].glob("*.eml"))) == 1


def test_inbox_lists_newest_first(client: Client, sink: tuple[Path, int]) -> None:
    assert "Todavía no hay correo" in client.get("/dev/mail").content.decode()
    for subject in ("primero", "segundo"):
        send(sink, subject)

    page = client.get("/dev/mail").content.decode()

    assert page.index("segundo") < page.index("primero")
    assert "Outgoing mail" in client.get("/dev/mail", headers={"accept-language": "en"}).content.decode()


def test_html_of_a_message_is_shown_in_a_sandbox_only(client: Client, sink: tuple[Path, int], folder: Path) -> None:
    send(sink, "<script>alert(1)</script>", html="<script>alert(2)</script>")
    [kept] = Mailbox(folder).newest()

    page = client.get(f"/dev/mail/{kept.key}")
    frame = client.get(f"/dev/mail/{kept.key}/html")

    assert b"<script>" not in page.content
    assert b'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.content
    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    assert frame["Content-Security-Policy"].startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "allow-scripts" not in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_attachment_is_always_a_download(client: Client, sink: tuple[Path, int], folder: Path) -> None:
    send(sink, file="<script>alert(1)</script>")
    [kept] = Mailbox(folder).newest()

    answer = client.get(f"/dev/mail/{kept.key}/attachments/0")

    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''a%C3%B1o.html"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/dev/mail/{kept.key}/attachments/1").status_code == 404


def test_damaged_message_is_still_shown(client: Client, folder: Path) -> None:
    key = "20260102-030405-000006-abcdef"
    broken = b"Subject: =?nope?Q?x?=\r\nContent-Type: text/plain; charset=klingon\r\n\r\nqapla \xff"
    (folder / f"{key}.eml").write_bytes(broken)

    assert client.get("/dev/mail").status_code == 200
    assert "qapla" in client.get(f"/dev/mail/{key}").content.decode()
    assert client.get(f"/dev/mail/{key}/source").content == broken


@pytest.mark.parametrize("key", ["..", "smtp-port", "20260102-030405-000006-ABCDEF", "20260102-030405-000006-abcdef"])
def test_no_other_file_is_reached(client: Client, key: str) -> None:
    for address in (f"/dev/mail/{key}", f"/dev/mail/{key}/html", f"/dev/mail/{key}/source"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"HTTP_HOST": "crm.example.com"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_page_is_for_this_machine_only(client: Client, elsewhere: dict[str, str]) -> None:
    assert client.get("/dev/mail").status_code == 200
    assert client.get("/dev/mail", **elsewhere).status_code == 404  # type: ignore[arg-type]


def test_page_is_absent_where_mail_goes_to_a_server(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.MAIL_SINK_DIR = None  # type: ignore[attr-defined]

    assert client.get("/dev/mail").status_code == 404


def test_page_only_reads(client: Client) -> None:
    assert client.post("/dev/mail").status_code == 405
