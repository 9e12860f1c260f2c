"""The load: a process that keeps N connections busy with prepared requests and notes each answer's time.

It reads a Load as JSON from its input and writes its Outcome as JSON. One thread, raw sockets, no
parsing beyond status and Content-Length: at 3,000 req/s it takes about a tenth of a core.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

# In a request, this is replaced by a number of as many digits, new for each request.
FRESH = "@fresh-nr@"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
PATIENCE = 30.0


@dataclass(frozen=True)
class Load:
    """What to send: for `seconds`, or until `most` answers have come, after `warm_up` seconds that do not count."""

    port: int
    request: str
    expect: int
    connections: int
    seconds: float
    warm_up: float = 0.3
    most: int = 0
    first_fresh: int = 0


@dataclass
class Outcome:
    """What came back. Times in milliseconds; `errors` are answers with another status than expected.

    `served` are all answers, those of the warm-up included.
    """

    answers: int
    served: int
    errors: int
    seconds: float
    p50: float
    p95: float
    generator_cpu: float
    first_error: str = ""


def http_request(method: str, path: str, token: str = "", body: str = "", headers: tuple[str, ...] = ()) -> str:
    """A whole request as text. FRESH keeps its length when it is filled in, so that Content-Length stays right."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body])


@dataclass
class Connection:
    """One kept connection with one request under way."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def receive(self) -> int | None:
        """Take in what has come; the status once the answer is whole."""
        piece = self.socket.recv(262_144)
        if not piece:
            raise ConnectionError("the server closed the connection")
        self.received += piece
        end = self.received.find(HEAD_END)
        if end < 0:
            return None
        head = bytes(self.received[:end]).lower()
        start = head.index(LENGTH) + len(LENGTH)
        length = int(head[start:].split(b"\r\n", 1)[0])
        return int(head[9:12]) if len(self.received) >= end + 4 + length else None


class Generator:
    """Sends one request per connection at a time, the next as soon as the answer is there."""

    def __init__(self, load: Load) -> None:
        self.load, self.fresh = load, load.first_fresh
        self.pieces = load.request.encode().split(FRESH.encode())
        self.selector = selectors.DefaultSelector()
        self.times: list[float] = []
        self.errors, self.first_error = 0, ""

    def run(self) -> Outcome:
        for _ in range(self.load.connections):
            connection = Connection(socket.create_connection(("127.0.0.1", self.load.port), timeout=PATIENCE))
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
            self._send(connection)
        self._until(time.perf_counter() + self.load.warm_up, 0)
        warming = len(self.times)
        self.times.clear()
        self.errors = 0
        start, cpu = time.perf_counter(), time.process_time()
        self._until(start + self.load.seconds, self.load.most)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
        times = sorted(self.times) or [0.0]
        p50, p95 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.95))
        answers = len(self.times)
        return Outcome(answers, warming + answers, self.errors, seconds, p50, p95, cpu, self.first_error)

    def _until(self, end: float, most: int) -> None:
        clock = time.perf_counter
        while (now := clock()) < end and not 0 < most <= len(self.times):
            ready = self.selector.select(PATIENCE)
            if not ready:
                raise TimeoutError("no answer in 30 s")
            for key, _events in ready:
                connection: Connection = key.data
                status = connection.receive()
                if status is not None:
                    now = clock()
                    self.times.append(now - connection.sent_at)
                    if status != self.load.expect:
                        self._note_error(connection)
                    self._send(connection)

    def _send(self, connection: Connection) -> None:
        connection.received.clear()
        raw = self.pieces[0]
        if len(self.pieces) > 1:
            self.fresh += 1
            raw = f"{self.fresh:0{len(FRESH)}d}".encode().join(self.pieces)
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(raw)

    def _note_error(self, connection: Connection) -> None:
        self.errors += 1
        self.first_error = self.first_error or bytes(connection.received[:600]).decode(errors="replace")


def start_load(load: Load) -> "subprocess.Popen[str]":
    """Start a load in a process of its own; `finish_load` waits for its outcome."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(load)))
    process.stdin.close()
    return process


def finish_load(process: "subprocess.Popen[str]") -> Outcome:
    """The outcome of a load; raises when it has failed."""
    assert process.stdout is not None
    text = process.stdout.read()
    if process.wait():
        raise RuntimeError("the load generator failed; its reason stands above")
    return Outcome(**json.loads(text))


if __name__ == "__main__":
    json.dump(asdict(Generator(Load(**json.load(sys.stdin))).run()), sys.stdout)
