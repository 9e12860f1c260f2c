"""How fast mails with PDFs go out: quotes sent over HTTP, one worker, and a mail server that takes everything."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.data import Dataset
from leadercrm.embedded.ports import LOOPBACK, free_port
from leadercrm.embedded.stack import celery_programs

PATIENCE = 60.0
QUOTE = re.compile(rb"^Message-ID: <quote\.\d+\.(\d+)\.", re.MULTILINE)
LINES = [{"description": f"Servicio {n}", "quantity": n, "unit_price": 1499.99} for n in (1, 2, 3)]


@dataclass(frozen=True)
class Sending:
    """Quotes whose PDFs were made before, or not; how many a minute should arrive."""

    name: str
    cached: bool
    per_minute: float | None = None


CASES = (
    Sending("Quotes mailed, PDF cold", cached=False, per_minute=60),
    Sending("Quotes mailed, PDF cached", cached=True),
)


@dataclass(frozen=True)
class Sent:
    """What arrived: `seconds` from the first request to the last mail, `waits` from a quote's request to its mail."""

    case: Sending
    seconds: float
    waits: Sequence[float]

    @property
    def per_minute(self) -> float:
        return len(self.waits) * 60 / self.seconds

    @property
    def wait(self) -> float:
        return median(self.waits)


@dataclass
class Sink:
    """Takes every mail, and notes of a quote's when and whose: those who have just registered are welcomed, too."""

    taken: list[tuple[float, int]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        found = QUOTE.search(envelope.content)
        if found:
            self.taken.append((time.perf_counter(), int(found[1])))
        return "250 OK"

    def wait_for(self, mails: int) -> None:
        end = time.monotonic() + PATIENCE + mails
        while len(self.taken) < mails:
            if time.monotonic() > end:
                raise SystemExit(f"Of {mails} mails {len(self.taken)} have arrived.")
            time.sleep(0.005)


def measure(
    cases: Sequence[Sending], data: Dataset, port: int, mails: int, report: Callable[[str], None]
) -> list[Sent]:
    """Send so many quotes per case through the product's web server at `port`."""
    if not cases:
        return []
    sink, smtp_port = Sink(), free_port()
    controller = Controller(sink, hostname=LOOPBACK, port=smtp_port)
    controller.start()
    try:
        with _one_worker(smtp_port):
            client = _Client(port, data)
            client.send(client.make_quote())
            sink.wait_for(1)  # the worker is up, and has met the tenant
            return [_measured(case, client, sink, mails, report) for case in cases]
    finally:
        controller.stop()


def _measured(case: Sending, client: "_Client", sink: Sink, mails: int, report: Callable[[str], None]) -> Sent:
    quotes = [client.make_quote() for _number in range(mails)]
    if case.cached:
        for quote in quotes:
            client.call("GET", f"/quotes/{quote['id']}/pdf")
    sink.taken.clear()
    asked = {}
    for quote in quotes:
        asked[quote["id"]] = time.perf_counter()
        client.send(quote)
    sink.wait_for(mails)
    arrived = {quote_id: at for at, quote_id in sink.taken}
    waits = [arrived[quote_id] - at for quote_id, at in asked.items()]
    sent = Sent(case, max(arrived.values()) - min(asked.values()), waits)
    report(f"{case.name}: {sent.per_minute:.0f} mails/min")
    return sent


@contextmanager
def _one_worker(smtp_port: int) -> Iterator[None]:
    """The worker as it is started in earnest, with one process."""
    with tempfile.TemporaryDirectory() as folder:
        program = celery_programs(Path(folder), 0, os.environ)[0]
        argv = [*program.argv]
        argv[argv.index("--concurrency") + 1] = "1"
        environment = {**os.environ, **program.env, "EMAIL_URL": f"smtp://{LOOPBACK}:{smtp_port}"}
        process = subprocess.Popen(argv, cwd=program.cwd, env=environment)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


class _Client:
    """The large tenant's, over one kept connection."""

    def __init__(self, port: int, data: Dataset) -> None:
        self.wire = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        self.data = data

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.data.token}", "Content-Type": "application/json"}
        self.wire.request(method, f"/api/v1{path}", json.dumps(body) if body else None, headers)
        answer = self.wire.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
        return content

    def make_quote(self) -> dict[str, Any]:
        body = {"contact_id": self.data.contact_id, "items": LINES}
        made: dict[str, Any] = json.loads(self.call("POST", "/quotes", body))["data"]
        return made

    def send(self, quote: dict[str, Any]) -> None:
        self.call("POST", f"/quotes/{quote['id']}/send")
