"""PDFs come out of a child that has limits, and whatever becomes of it the next document is made."""

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from leadercrm.core.pdf import process, renderer
from leadercrm.core.pdf.process import Limits, TooCostly
from leadercrm.core.pdf.renderer import PdfUnavailable, Renderer, TooLargeForPdf

PAGE = "<html lang=en><title>A title</title><body style='font-family:Document'><h1>Hello</h1><p>{}</p></body></html>"
# The layout of nested boxes is computed again and again: WeasyPrint needs minutes for these.
ENDLESS = PAGE.format("<div style='display:flex'>" * 16 + "x" + "</div>" * 16)
# A column for each cell that a table might have.
HUGE = PAGE.format("<table><tr><td colspan=1000000>x</table>" * 40)


@pytest.fixture(scope="module")
def made() -> Iterator[Renderer]:
    one = Renderer()
    yield one
    one.close()


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def pid_of(one: Renderer) -> int:
    assert one.process is not None
    return one.process.child.pid


def test_a_document_comes_out_with_its_text_title_and_language(made: Renderer) -> None:
    pdf = made.render(PAGE.format("Ñandú &lt;b&gt;"))
    assert "Ñandú <b>" in text_of(pdf)
    reader = PdfReader(BytesIO(pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "A title"
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("en", True)


def test_the_same_document_has_the_same_bytes_in_another_child(made: Renderer) -> None:
    first = made.render(PAGE.format("the same"))
    made.close()
    assert made.render(PAGE.format("the same")) == first


def test_the_documents_own_font_is_embedded(made: Renderer) -> None:
    if not renderer.fonts():
        pytest.skip("the fonts are not installed")
    page: Any = PdfReader(BytesIO(made.render(PAGE.format("x")))).pages[0]
    names = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    assert names
    assert all("Document" in name for name in names)


def test_a_child_is_kept_for_many_documents_and_then_replaced() -> None:
    one = Renderer(Limits(documents=3))
    pids = []
    for _ in range(4):
        one.render(PAGE.format("x"))
        pids.append(pid_of(one))
    one.close()
    assert pids[0] == pids[1] == pids[2] != pids[3]


def test_documents_that_cost_too_much_are_refused_in_time() -> None:
    one = Renderer(Limits(cpu_seconds=1, wall_seconds=20))
    for html in (ENDLESS, HUGE):
        one.render(PAGE.format("warm"))
        began, computed = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with pytest.raises(TooLargeForPdf):
            one.render(html)
        assert time.monotonic() - began < 22
        assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - computed < 10
        assert "after" in text_of(one.render(PAGE.format("after")))
    one.close()


def test_memory_is_limited() -> None:
    """A picture of a few kilobytes that is 60 MB once it is unpacked."""
    small, large = (PAGE.format(f"<img style='width:5cm' src='{picture(side)}'>") for side in (50, 3900))
    narrow = Renderer(Limits(memory_bytes=32 * 2**20, cpu_seconds=60, wall_seconds=100))
    assert "Hello" in text_of(narrow.render(small))
    with pytest.raises(TooLargeForPdf) as refusal:
        narrow.render(large)
    assert str(refusal.value.__cause__) in (
        "needed too much memory", *(f"ended by signal {number:d}" for number in process.OUT_OF_MEMORY)
    )  # fmt: skip
    assert "x" in text_of(narrow.render(PAGE.format("x")))
    narrow.close()


def picture(side: int) -> str:
    """A square of one colour, with transparency, so that it has to be unpacked."""
    written = BytesIO()
    Image.new("RGBA", (side, side), (9, 9, 9, 9)).save(written, "PNG")
    return f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"


def test_what_was_too_costly_is_refused_at_once_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    one, attempts = Renderer(), []

    class Costly:
        is_usable = True

        def render(self, html: str) -> bytes:
            attempts.append(html)
            if html.startswith("costly"):
                raise TooCostly("needed too much")
            return b"made"

        def close(self) -> None:
            pass

    monkeypatch.setattr(renderer, "MOST_REFUSED", 2)
    one.process = Costly()  # type: ignore[assignment]
    for _attempt in range(3):
        with pytest.raises(TooLargeForPdf):
            one.render("costly 1")
    assert attempts == ["costly 1"]
    assert one.render("another") == b"made"
    monkeypatch.setattr(renderer, "REFUSED_SECONDS", 0.0)
    for number in (2, 3, 3, 1):
        with pytest.raises(TooLargeForPdf):
            one.render(f"costly {number}")
    assert attempts[2:] == ["costly 2", "costly 3", "costly 3", "costly 1"]
    assert len(one.refused) == 2


def test_text_without_end_is_refused_before_anything_reads_it(made: Renderer) -> None:
    made.render(PAGE.format("warm"))
    before = made.process
    with pytest.raises(TooLargeForPdf):
        made.render("x" * (renderer.MOST_HTML + 1))
    assert made.process is before


def test_a_killed_child_is_replaced_while_it_idles_and_while_it_works(made: Renderer) -> None:
    made.render(PAGE.format("warm"))
    os.kill(pid_of(made), signal.SIGKILL)
    assert "idle" in text_of(made.render(PAGE.format("idle")))
    slow = PAGE.format("".join(f"<p>{number}</p>" for number in range(600)))
    victim = pid_of(made)
    threading.Timer(0.2, os.kill, (victim, signal.SIGKILL)).start()
    assert "599" in text_of(made.render(slow))
    assert pid_of(made) != victim


def test_a_child_that_hangs_is_killed() -> None:
    one = Renderer()
    one.render(PAGE.format("warm"))
    hung = pid_of(one)
    assert one.process is not None
    one.process.limits = Limits(wall_seconds=1)
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(TooLargeForPdf):
        one.render(PAGE.format("x"))
    with pytest.raises(ProcessLookupError):
        os.kill(hung, 0)
    assert "x" in text_of(one.render(PAGE.format("x")))
    one.close()


def test_a_child_that_does_not_start_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PROGRAM", Path("/nowhere/child.py"))
    with pytest.raises(PdfUnavailable):
        Renderer().render(PAGE.format("x"))


def test_an_idle_child_goes_and_its_files_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[str] = []

    def mkdtemp(prefix: str) -> str:
        folders.append(tempfile.mkdtemp(prefix=prefix))
        return folders[-1]

    monkeypatch.setattr(process, "tempfile", SimpleNamespace(mkdtemp=mkdtemp))
    one = Renderer(Limits(idle_seconds=0.5))
    one.render(PAGE.format("x"))
    assert one.process is not None
    assert one.process.scratch == folders[-1]
    assert one.process.child.wait(60) == 0
    assert not Path(folders[-1]).exists()
    one.limits = Limits()
    assert "again" in text_of(one.render(PAGE.format("again")))
    one.close()


def test_threads_share_one_child(made: Renderer) -> None:
    found: dict[int, str] = {}

    def work(number: int) -> None:
        found[number] = text_of(made.render(PAGE.format(f"document {number}.")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(renderer.MOST_WAITING + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"document {number}." in found[number] for number in range(len(threads)))


def test_of_twenty_at_once_some_are_made_and_the_others_told_at_once(
    made: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web process has four threads: one of them is never kept by PDFs."""
    monkeypatch.setattr(renderer, "WAIT_SECONDS", 60.0)
    made.render(PAGE.format("warm"))
    outcomes: list[tuple[bool, float]] = []
    slow = PAGE.format("".join(f"<p>{number}</p>" for number in range(200)))

    def want() -> None:
        began = time.monotonic()
        try:
            outcomes.append((b"%PDF" in made.render(slow), time.monotonic() - began))
        except PdfUnavailable:
            outcomes.append((False, time.monotonic() - began))

    threads = [threading.Thread(target=want) for _number in range(20)]
    with made.lock:
        for thread in threads:
            thread.start()
        while len(outcomes) < 20 - renderer.MOST_WAITING - 1:
            time.sleep(0.01)
        assert max(waited for _came, waited in outcomes) < 2
    for thread in threads:
        thread.join()
    assert sum(came for came, _waited in outcomes) == renderer.MOST_WAITING + 1 <= 3


def test_a_forked_process_has_a_child_of_its_own(made: Renderer) -> None:
    made.render(PAGE.format("x"))
    mine = pid_of(made)
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            theirs = Renderer.render(made, PAGE.format("theirs"))
            os.write(write, b"%d %d" % (pid_of(made), "theirs" in text_of(theirs)))
            made.close()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    other, right = os.read(read, 100).split()
    assert int(other) != mine
    assert right == b"1"
    assert "still" in text_of(made.render(PAGE.format("still")))
    assert pid_of(made) == mine


CANARIES = (
    "<img src='{}'>", "<link rel=stylesheet href='{}'>", "<style>@import '{}';</style>", "<object data='{}'></object>",
    "<p style='background:url({})'>x</p>", "<embed src='{}'>",
    "<style>@font-face{{font-family:E;src:url('{}')}}</style>",
    "<link rel=attachment href='{}'>", "<svg><image href='{}'/></svg>", "<svg><use href='{}#x'/></svg>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/></svg>\">",
)  # fmt: skip


@pytest.mark.parametrize("canary", CANARIES)
def test_even_html_of_ours_fetches_nothing(made: Renderer, canary: str, tmp_path: Path) -> None:
    """A document that names an address or a file is none, and nobody was asked for it."""
    secret = tmp_path / "secret.svg"
    secret.write_text("<svg xmlns='http://www.w3.org/2000/svg'><text y='20'>the-secret</text></svg>")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        for address in (f"http://127.0.0.1:{server.getsockname()[1]}/x", secret.as_uri(), "file:///etc/passwd"):
            try:
                pdf = made.render(PAGE.format(canary.format(address)))
            except RuntimeError:
                continue
            assert "the-secret" not in text_of(pdf)
            assert b"root:" not in pdf
            assert not list(PdfReader(BytesIO(pdf)).attachments)
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_child_knows_nothing_of_ours(made: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    one = Renderer()
    one.render(PAGE.format("x"))
    environment = Path(f"/proc/{pid_of(one)}/environ").read_bytes()
    one.close()
    assert b"DATABASE_URL" not in environment
    assert b"LANG=C.UTF-8" in environment


def test_the_child_can_neither_connect_nor_read_nor_start_anything() -> None:
    """What the guard forbids it forbids to Python code in the child, whoever runs it there."""
    program = """
import sys, socket, subprocess, urllib.request
sys.path.insert(0, {folder!r})
import child
child.confine({{"memory_bytes": 2**31}})
attempts = (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
    lambda: open("/etc/passwd"),
    lambda: subprocess.run(["true"]),
)
for attempt in attempts:
    try:
        attempt()
    except OSError as error:
        print("refused" if "is not for documents" in str(error) else error)
    else:
        print("allowed")
"""
    folder = str(Path(renderer.__file__).parent)
    run = [sys.executable, "-c", program.format(folder=folder)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["refused"] * 5, done.stderr
