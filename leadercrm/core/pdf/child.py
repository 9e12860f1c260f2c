"""The process that turns HTML into PDF. It is run as a file and imports nothing of the project.

Its input is written by strangers in the end, so it has nothing to lose: no secret in its environment,
bounds on memory and time, no way to any address, and no file but its fonts and its own code. It says
one zero byte once it is ready. Then it reads documents from its standard input, a socket, one after
the other, each as eight bytes of length and UTF-8, and answers with a byte (Answer), eight bytes of
length, and the PDF or what went wrong.
"""

import json
import mimetypes
import os
import resource
import socket
import struct
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("!Q")
# Bytes that begin an answer.
DONE, TOO_LARGE, FAILED = b"D", b"L", b"F"
FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
PROCESSES = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "pty.spawn")
MOST_PIXELS = 16_000_000


def main() -> None:
    options: dict[str, Any] = json.loads(sys.argv[1])
    door = socket.socket(fileno=os.dup(0))
    os.nice(5)  # whoever waits for an answer of the API goes first
    render = prepared(options["fonts"])
    confine(options)
    door.sendall(b"\0")
    try:
        while (html := next_document(door, options["idle_seconds"])) is not None:
            allow_cpu(options["cpu_seconds"])
            answer, body = answered(render, html)
            door.sendall(answer + LENGTH.pack(len(body)) + body)
            if answer == TOO_LARGE:
                break
    finally:
        discard(tempfile.gettempdir())


def prepared(fonts: list[list[Any]]) -> Any:
    """A function from HTML to PDF, with what takes long done before: libraries and fonts."""
    import weasyprint
    from PIL import Image
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    mimetypes.init()
    loaded = FontConfiguration()
    face = "@font-face{{font-family:'Document';src:url('{}');font-weight:{}}}"
    faces = "".join(face.format(Path(path).as_uri(), weight) for path, weight in fonts)
    weasyprint.CSS(string=faces, font_config=loaded)
    # Nothing that a document names is fetched, not even by mistake: it fails instead.
    fetcher = URLFetcher(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def render(html: str) -> bytes:
        source = weasyprint.HTML(string=html, url_fetcher=fetcher)
        made: bytes = source.write_pdf(font_config=loaded, pdf_variant="pdf/ua-1", custom_metadata=False)
        return made

    # Loads what is loaded on first use, while files may still be opened.
    render('<html lang=en><title>.</title><body style="font-family:Document">.<b>.</b><table><tr><td>.</table>')
    return render


def confine(options: dict[str, Any]) -> None:
    """Take away what no document needs. None of it can be had back."""
    for kind, most in (
        (resource.RLIMIT_AS, size_now() + options["memory_bytes"]),
        (resource.RLIMIT_FSIZE, 16 * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    readable = tuple(os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix, tempfile.gettempdir()))

    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FORBIDDEN or event in PROCESSES:
            raise PermissionError(f"{event} is not for documents")
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not f"{path}{os.sep}".startswith(readable):
                raise PermissionError(f"{path} is not for documents")

    sys.addaudithook(guard)


def size_now() -> int:
    """The address space that libraries and fonts take, in bytes; it differs from machine to machine."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no Linux
        return 0


def allow_cpu(seconds: int) -> None:
    """Let the kernel end this process once it has computed for so many seconds more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


def discard(folder: str) -> None:
    """Remove a folder; by whole paths, because the guard takes others for files of the root."""
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            os.unlink(os.path.join(path, name))
        for name in folders:
            os.rmdir(os.path.join(path, name))
    with suppress(FileNotFoundError):
        os.rmdir(folder)


def next_document(door: socket.socket, idle_seconds: float) -> str | None:
    """The next document; None once nobody is there any more, or nobody has wanted one for long."""
    door.settimeout(idle_seconds)
    try:
        head = received(door, LENGTH.size)
        door.settimeout(None)
        body = received(door, LENGTH.unpack(head)[0]) if head else b""
    except (TimeoutError, ConnectionError):
        return None
    return body.decode() if body else None


def received(door: socket.socket, wanted: int) -> bytes:
    """So many bytes, or none where the other side has gone."""
    parts = bytearray()
    while len(parts) < wanted:
        part = door.recv(min(wanted - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def answered(render: Any, html: str) -> tuple[bytes, bytes]:
    try:
        return DONE, render(html)
    except MemoryError:
        return TOO_LARGE, b""
    # WeasyPrint's refusal of an address is a BaseException.
    except BaseException as error:
        return FAILED, f"{type(error).__name__}: {error}".encode(errors="replace")[:2000]


if __name__ == "__main__":
    main()
