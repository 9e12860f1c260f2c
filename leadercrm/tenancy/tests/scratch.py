"""Databases that a test makes for itself on the suite's server, and processes that work on them."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.db import connection

from leadercrm.core.testing.databases import drop_database

ROOT = Path(__file__).resolve().parents[3]
DRILL_SETTINGS = "leadercrm.tenancy.tests.drill.settings"


@dataclass(frozen=True)
class Scratch:
    """A database of one test's own."""

    name: str

    def connect(self, **options: Any) -> Any:
        return psycopg.connect(**_server(), dbname=self.name, autocommit=True, **options)

    def query(self, statement: str) -> list[Any]:
        with self.connect() as raw:
            return list(raw.execute(statement).fetchall())

    def run(self, statement: str) -> None:
        with self.connect() as raw:
            raw.execute(statement)

    def tenants(self) -> list[str]:
        return [row[0] for row in self.query("SELECT schema_name FROM tenancy_tenant ORDER BY id")]

    def start(self, *arguments: str, drill: bool = False, **environment: str) -> "subprocess.Popen[str]":
        """Start `manage.py` on this database, `drill` with the drill app's migrations as well."""
        settings = {"DJANGO_SETTINGS_MODULE": DRILL_SETTINGS if drill else "leadercrm.settings"}
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self._url(), **settings, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def manage(self, *arguments: str, drill: bool = False, **environment: str) -> tuple[int, str]:
        """Run `manage.py` to its end: exit code and output."""
        process = self.start(*arguments, drill=drill, **environment)
        output, _ = process.communicate(timeout=100)
        return process.returncode, output

    def wait_for(self, statement: str, at_least: int) -> None:
        """Wait until a count in this database has been reached."""
        deadline = time.monotonic() + 60
        with self.connect() as raw:
            while raw.execute(statement).fetchone()[0] < at_least:
                if time.monotonic() > deadline:
                    raise TimeoutError(statement)
                time.sleep(0.002)

    def wait_until_alone(self) -> None:
        """Wait until PostgreSQL has noticed the death of killed clients and rolled their work back."""
        others = (
            "SELECT -count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        self.wait_for(others, 0)

    def _url(self) -> str:
        server = _server()
        login = quote(server["user"]) + (":" + quote(server["password"]) if server.get("password") else "")
        address = {key: server[key] for key in ("host", "port") if server.get(key)}
        return f"postgres://{login}@/{self.name}?{urlencode(address)}"


def _server() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    return {key: parameters[key] for key in ("host", "port", "user", "password") if parameters.get(key)}


@contextmanager
def scratch_database(like: str = "template0") -> Iterator[Scratch]:
    """An empty database, or a copy of one that nobody is connected to; dropped in the end whoever is."""
    name = f"scratch_{os.getpid()}_{secrets.token_hex(4)}"
    with psycopg.connect(**_server(), dbname="postgres", autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield Scratch(name)
    finally:
        with psycopg.connect(**_server(), dbname="postgres", autocommit=True) as server:
            drop_database(server, name)


@contextmanager
def django_on(scratch: Scratch) -> Iterator[Scratch]:
    """Point this process's Django at the scratch database, its other threads included."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = scratch.name
    try:
        yield scratch
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
