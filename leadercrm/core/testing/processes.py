"""Real processes for tests: a database of one's own, the web server, a worker; started, killed, restarted."""

import http.client
import io
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import psycopg
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from leadercrm.core.testing.databases import own_database
from leadercrm.embedded.stack import celery_programs, web_server

PROJECT = Path(__file__).resolve().parents[3]
# The figures of a full run (docs/reliability.md) instead of those that fit into every test run.
FULL = os.environ.get("LEADERCRM_STORM") == "full"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], Any], what: str, seconds: float = 60, step: float = 0.02) -> Any:
    """The first true value of `condition`; fails the test when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"in vain for {seconds} s: {what}"
        time.sleep(step)
    return value


@contextmanager
def copied_database() -> Iterator[str]:
    """A copy of the suite's database that this process's Django works on, every thread; yields its URL."""
    name = f"storm_{os.getpid()}_{secrets.token_hex(4)}"
    with own_database(name, like=connection.settings_dict["NAME"]):
        yield database_url()


def raw_connection() -> "psycopg.Connection[Any]":
    """A connection to Django's database that Django knows nothing of."""
    return psycopg.connect(**_server(), dbname=connection.settings_dict["NAME"], autocommit=True)


def database_url() -> str:
    """The URL under which another process finds the database that Django works on."""
    server = _server()
    login = quote(server["user"]) + (":" + quote(server["password"]) if server.get("password") else "")
    address = {key: server[key] for key in ("host", "port") if server.get(key)}
    return f"postgres://{login}@/{connection.settings_dict['NAME']}?{urlencode(address)}"


def _server() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    return {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}


@dataclass
class Program:
    """A process and its children, in a group of their own, so that a kill reaches all and nobody else."""

    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        shared = {"DJANGO_SETTINGS_MODULE": "leadercrm.settings", "LEADERCRM_RATE_LIMITS": "off"}
        addresses = {"DATABASE_URL": database_url(), "LEADERCRM_SECRET_KEY": settings.SECRET_KEY}
        self.process = subprocess.Popen(
            self.argv,
            cwd=PROJECT,
            env={**os.environ, **shared, **addresses, "LEADERCRM_LOG_LEVEL": "CRITICAL", **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get("LEADERCRM_STORM_VERBOSE") else subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the whole group and wait for its end; SIGKILL unless another is named."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def children(self) -> list[int]:
        """The ids of the group's processes but the first: a server's workers."""
        assert self.process is not None
        listed = subprocess.run(["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, text=True)
        return [pid for pid in map(int, listed.stdout.split()) if pid != self.process.pid]


class WebServer(Program):
    """The web server as `manage.py up` starts it, on a port of its own."""

    def __init__(self, **environment: str) -> None:
        self.port = free_port()
        program = web_server(self.port, environment)
        super().__init__(program.argv, {**program.env, **environment})

    def start(self) -> None:
        super().start()
        wait_until(self.answers, "the web server's first answer", 90)

    def answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return HttpClient(self.port).get("/api/v1/auth/me").status == 401
        return False


class Worker(Program):
    """A Celery worker as `manage.py up` starts it: `worker`, or the `sender` of campaigns."""

    def __init__(self, data_dir: Path, name: str = "worker", **environment: str) -> None:
        [worker] = [program for program in celery_programs(data_dir, 0, environment) if program.name == name]
        super().__init__(worker.argv, {**worker.env, **environment})


@dataclass(frozen=True)
class HttpAnswer:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class HttpClient:
    """One kept connection of one thread to a server on this machine."""

    def __init__(self, port: int, token: str | None = None, timeout: float = 60) -> None:
        self.wire = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self.token = token

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> HttpAnswer:
        """Send one request, a `body` as JSON or raw bytes; OSError or HTTPException when no answer comes."""
        if token or self.token:
            headers["Authorization"] = f"Bearer {token or self.token}"
        content = body if body is None or isinstance(body, bytes) else orjson.dumps(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        try:
            self.wire.request(method, path, content, headers)
            response = self.wire.getresponse()
            return HttpAnswer(response.status, dict(response.headers), response.read())
        except (OSError, http.client.HTTPException):
            self.wire.close()
            raise

    def get(self, path: str, **headers: str) -> HttpAnswer:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpAnswer:
        return self.call("POST", path, body, **headers)


class Application:
    """The WSGI application as a server's thread calls it."""

    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> HttpAnswer:
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        path, _, query = path.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": ""}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        if token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        wire = {"wsgi.input": io.BytesIO(content), "wsgi.url_scheme": "http", "wsgi.errors": io.StringIO()}
        length = {"CONTENT_LENGTH": str(len(content)), "CONTENT_TYPE": "application/json"}
        server = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1"}
        response = self.application({**environ, **wire, **length, **server}, lambda *_: bytes.__len__)
        answer = HttpAnswer(response.status_code, response.headers, b"".join(response))
        response.close()
        return answer
