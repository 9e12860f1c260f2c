"""Campaigns of people who want to harm their readers, shown by a real Chromium: nothing runs, nothing is fetched."""

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from leadercrm.core.testing.chromium import FLAGS, chromium
from marketing.models import Campaign
from marketing.rendering import compile_campaign
from marketing.tests.hostile import PAYLOADS

CANARY = "canary.test"
# Clicks what a reader might that is no address of the web.
FRAMES = """<!doctype html><body><script>
function probe(frame) {
  try { for (const a of frame.contentDocument.links) if (!/^(https?|mailto|tel):$/.test(a.protocol)) a.click() }
  catch (error) {}
}
</script>%s"""
FRAME = '<iframe src="/mail/{}" width="300" height="200" onload="probe(this)"></iframe>'


@pytest.mark.timeout(400)
@pytest.mark.usefixtures("alfa")
def test_chromium_runs_and_fetches_nothing_of_200_mails(tmp_path: Path) -> None:
    """Takes seconds: a browser that starts. Without the cleaning, more than half of them get through."""
    assert len(set(PAYLOADS)) == 200
    mails = [_as_sent(payload) for payload in PAYLOADS]
    assert _asked_for(mails, tmp_path / "clean") == set()
    control = _asked_for([f"<!doctype html><body>{payload}" for payload in PAYLOADS], tmp_path / "raw")
    print(f"\n{len(control)} of {len(PAYLOADS)} payloads work when they are not cleaned")
    assert len(control) > 100


def _as_sent(content: str) -> str:
    compiled = compile_campaign(Campaign(subject="Abril", content=content))
    return compiled.personalise(
        {}, "a", "https://crm.test/{}".format, "https://crm.test/u", "https://crm.test/p", None
    )[1]


def _asked_for(mails: list[str], profile: Path) -> set[str]:
    """The numbers of payloads that made Chromium ask the canary for something. Every name leads to our server."""
    with _served(mails) as (port, paths):
        argv = [
            chromium(), *FLAGS, "--headless=new", "--autoplay-policy=no-user-gesture-required",
            f"--user-data-dir={profile}",
            f"--host-resolver-rules=MAP {CANARY} 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--virtual-time-budget=4000", "--dump-dom", f"http://127.0.0.1:{port}/",
        ]  # fmt: skip
        done = subprocess.run(argv, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.count("<iframe") == len(mails)
    assert {f"/mail/{number}" for number in range(len(mails))} <= set(paths), "a mail was not shown"
    return {found[1] for path in paths if (found := re.match(r"/(?:ran|fetched)/(\d+)", path))}


@contextmanager
def _served(mails: list[str]) -> Iterator[tuple[int, list[str]]]:
    paths: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(mails, paths))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, paths
    finally:
        server.shutdown()
        server.server_close()


def _handler(mails: list[str], paths: list[str]) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            number = re.fullmatch(r"/mail/(\d+)", self.path)
            body = mails[int(number[1])] if number else FRAMES % "".join(map(FRAME.format, range(len(mails))))
            self.send_response(200 if number or self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            # What Chromium has ended before it was answered was asked for all the same.
            with suppress(ConnectionError):
                self.wfile.write(body.encode() if number or self.path == "/" else b"")

        def log_message(self, *_arguments: object) -> None:
            pass

    return Handler
