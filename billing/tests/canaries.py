"""Canaries: texts that would fetch an address or a file if anything took them for more than text.

Each names the field that it stands in, so that whoever is asked for it knows which field let it out.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

FULL = os.environ.get("LEADERCRM_STORM") == "full"
SECRET = "what-the-file-says"
# Ways to name an address. The first fits every field that is long enough to name one at all.
WAYS = (
    "\"'><img src={}>",
    "</p></title></style><img src='{}'><link rel=stylesheet href='{}'><style>@import '{}';</style>",
    "<p style=\"background:url('{}')\">x</p><p style='background:u\\72l({})'>x</p><object data='{}'></object>",
    "<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/><use href='{}#x'/></svg><link rel=attachment href='{}'>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/></svg>\">",
    "<style>@font-face{{font-family:E;src:url('{}')}}p{{font-family:E}}</style><embed src='{}'>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM '{}'>]>&e;{{% include '{}' %}}{{{{ settings.SECRET_KEY }}}}",
    "<a href='{}'>x</a><base href='{}'><meta http-equiv=refresh content='0;url={}'><a rel=attachment href='{}'>x</a>",
)


@dataclass
class Canary:
    """An address and a file that nobody should ask for; `asked` are the paths that were."""

    port: int
    file: Path
    asked: set[str] = field(default_factory=set)

    def text(self, name: str, most: int | None, turn: int) -> str:
        """A text for the field of this name, of `most` characters at most, with as many ways as there is room for.

        Fields take turns at the ways, as drawing all of them in all fields takes minutes; LEADERCRM_STORM=full does.
        """
        address, secret = f"http://127.0.0.1:{self.port}/{name}", self.file.as_uri()
        others = WAYS[1:] if FULL else (WAYS[1 + turn % (len(WAYS) - 1)],)
        ways = [way.replace("{}", "{0}").format(target) for way in (WAYS[0], *others) for target in (address, secret)]
        text: str = ways[0]
        for way in ways[1:]:
            text += way if most is None or len(text) + len(way) <= most else ""
        if most is not None and len(text) > most:
            raise AssertionError(f"{name} has no room for a canary: {most} characters")
        return text

    def names(self) -> set[str]:
        """The fields whose canaries were heard."""
        return {path.strip("/") for path in self.asked}


@contextmanager
def listening(folder: Path) -> Iterator[Canary]:
    """A canary with its server, and its file in `folder`."""
    secret = folder / "canary.svg"
    secret.write_text(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='400' height='40'><text y='20'>{SECRET}</text></svg>"
    )
    canary = Canary(0, secret)

    class Ears(BaseHTTPRequestHandler):
        heard: ClassVar[set[str]] = canary.asked

        def do_GET(self) -> None:
            self.heard.add(self.path)
            self.send_error(404)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ears)
    canary.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield canary
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
