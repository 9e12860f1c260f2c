"""The mailbox that mails come back to: a Maildir, and a server that speaks IMAP."""

import mailbox
import re
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leadercrm.core import bounces, tasks
from leadercrm.core.mail import message_id_of
from leadercrm.core.returned_mail import Taken, Unreadable, read_all
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.tests.test_mail import notification


def letter() -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "I am away until Monday"
    mail.set_content("…")
    return mail.as_bytes()


@pytest.fixture
def ours(alfa: TestTenant) -> bytes:
    return notification(message_id_of(f"test.{alfa.row.pk}.8.1"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    told: list[tuple[str, ...]] = []
    monkeypatch.setitem(bounces.LISTENERS, "test", lambda *told_of: told.append(told_of))
    return told


class Imap(socketserver.StreamRequestHandler):
    """As much of IMAP4rev1 as a reader of unseen mails needs. The server has `mails`, `seen` and `password`."""

    server: Any

    def handle(self) -> None:
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, verb, rest = [*line.split(" ", 2), ""][:3]
            self.wfile.write(self.answer(verb.upper(), rest).encode("latin-1"))
            fine = verb.upper() != "LOGIN" or rest == f'reader "{self.server.password}"'
            self.wfile.write(f"{tag} {'OK' if fine else 'NO'} done\r\n".encode())
            if verb.upper() == "LOGOUT":
                return

    def answer(self, verb: str, rest: str) -> str:
        if verb == "CAPABILITY":
            return "* CAPABILITY IMAP4rev1\r\n"
        if verb == "SELECT":
            assert rest == '"INBOX/Bounces"'
            return f"* {len(self.server.mails)} EXISTS\r\n"
        if rest.startswith("SEARCH"):
            unseen = [str(uid) for uid in self.server.mails if uid not in self.server.seen]
            return f"* SEARCH {' '.join(unseen)}\r\n"
        if found := re.fullmatch(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest):
            raw = self.server.mails[int(found[1])][: int(found[2])]
            return f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n{raw.decode('latin-1')})\r\n"
        if found := re.fullmatch(r"STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", rest):
            self.server.seen.add(int(found[1]))
        return ""


@pytest.fixture
def imap(settings: Any) -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        server.daemon_threads = True
        server.mails, server.seen, server.password = {}, set(), "s3cr:t/@"  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        port = server.server_address[1]
        settings.BOUNCE_MAILBOX = f"imap://reader:s3cr%3At%2F%40@127.0.0.1:{port}/INBOX/Bounces"
        yield server
        server.shutdown()


def test_a_server_s_unseen_mails_are_taken_in_once(imap: Any, ours: bytes, heard: list[Any]) -> None:
    imap.mails = {3: ours, 4: letter(), 7: ours + b"x" * bounces.MOST_BYTES}
    assert read_all() == Taken(told=1, passed_over=2, left=0)
    assert (len(heard), imap.seen) == (1, {3, 4, 7})
    assert tasks.read_bounces() == 0


def test_what_could_not_be_told_of_is_read_again(
    imap: Any, ours: bytes, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    imap.mails = {1: ours, 2: letter()}
    monkeypatch.setitem(bounces.LISTENERS, "test", lambda *_: 1 / 0)
    call_command("read_bounces")
    assert capsys.readouterr().out == "0 about mails of ours, 1 about something else, 1 left for next time\n"
    assert imap.seen == {2}
    monkeypatch.setitem(bounces.LISTENERS, "test", lambda *_: None)
    assert read_all().told == 1


def test_a_folder_s_new_mails_are_taken_in_once(tmp_path: Path, settings: Any, ours: bytes, heard: list[Any]) -> None:
    box = mailbox.Maildir(tmp_path / "bounces")
    for raw in (ours, letter()):
        box.add(raw)
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/bounces"
    assert read_all() == Taken(told=1, passed_over=1)
    assert read_all() == Taken()
    assert len(heard) == 1
    assert len(list((tmp_path / "bounces" / "cur").iterdir())) == 2


@pytest.mark.parametrize(
    "address",
    ["pop3://a@b/", "imap://[", "imap://127.0.0.1:1/", "imap:///x", "maildir:///nowhere/at/all", "imap://a:1x/", "?"],
)
def test_a_mailbox_that_is_none_is_told(settings: Any, address: str) -> None:
    settings.BOUNCE_MAILBOX = address
    with pytest.raises(Unreadable):
        read_all()
    with pytest.raises(CommandError):
        call_command("read_bounces")


def test_a_wrong_password_is_told(imap: Any, ours: bytes) -> None:
    imap.mails, imap.password = {1: ours}, "another"
    with pytest.raises(Unreadable, match="cannot be read"):
        read_all()
    assert imap.seen == set()


def test_without_a_mailbox_nothing_is_read(settings: Any) -> None:
    settings.BOUNCE_MAILBOX = ""
    assert tasks.read_bounces() == 0
    with pytest.raises(CommandError):
        call_command("read_bounces")
