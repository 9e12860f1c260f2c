"""The two web servers that are compared, with the same options, and what their processors' time is."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

import psutil
import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from leadercrm.embedded.ports import LOOPBACK, free_port
from leadercrm.embedded.stack import web_server

PATIENCE = 120.0
CONNECTION_PARAMETERS = ("host", "port", "user", "password", "dbname")


def dsn() -> str:
    """The address of the database, as libpq has it."""
    parameters = connection.get_connection_params()
    return make_conninfo(**{name: parameters[name] for name in CONNECTION_PARAMETERS if parameters.get(name)})


@dataclass(frozen=True)
class WebServer:
    """A running web server."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        return tree_cpu_seconds(self.process)


@contextmanager
def served(application: str | None = None, **variables: str) -> Iterator[WebServer]:
    """The product, or another application served exactly as the product is."""
    port = free_port()
    program = web_server(port, os.environ)
    argv = [*program.argv[:-1], application or program.argv[-1]]
    environment: Mapping[str, str] = {**os.environ, **program.env, **variables}
    process = subprocess.Popen(argv, cwd=program.cwd, env=environment)
    try:
        _wait_for(port, process)
        yield WebServer(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), closing(socket.create_connection((LOOPBACK, port), timeout=1)):
            return
        time.sleep(0.05)
    raise SystemExit("A web server did not start.")


def tree_cpu_seconds(process: psutil.Process) -> float:
    """What a process and those below it have used. None of ours ends while it is measured."""
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def database_process() -> psutil.Process | None:
    """PostgreSQL's main process, when it runs on this machine."""
    with psycopg.connect(dsn()) as session:
        row = session.execute("SELECT pg_backend_pid()").fetchone()
        with suppress(psutil.Error):
            backend = psutil.Process(row[0] if row else 0)
            if "postgres" in backend.name():
                return backend.parent()
    return None


class StatementCounter:
    """How many statements the database has been sent, by pg_stat_statements: all of them, SET and COMMIT included."""

    COUNT = "SELECT sum(calls) FROM {} WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
    FIND = """
        SELECT quote_ident(n.nspname) || '.pg_stat_statements'
          FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'
    """

    def __init__(self) -> None:
        self.session = psycopg.connect(dsn(), autocommit=True)
        found = self.session.execute(self.FIND).fetchone()
        self.view = found[0] if found else None

    def read(self) -> int | None:
        """The count so far; None where the server does not count. Reading adds one."""
        if self.view is None:
            return None
        try:
            row = self.session.execute(self.COUNT.format(self.view)).fetchone()
        except psycopg.Error:
            return None
        return int(row[0]) if row else None
