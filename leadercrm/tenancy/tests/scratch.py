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
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from leadercrm.core.testing.databases import drop_database
from leadercrm.core.testing.twins import Twin, twin
from leadercrm.tenancy.tests.drill import settings as drill_settings

ROOT = Path(__file__).resolve().parents[3]


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

    def start(self, *arguments: str, drill: bool = False, **changed: Any) -> Twin:
        """Start a command on this database, with `changed` settings, with the drill app's migrations for `drill`."""

        def work() -> None:
            own = {name: getattr(drill_settings, name) for name in ("TENANT_APPS", "INSTALLED_APPS")} if drill else {}
            with django_on(self), override_settings(**own, **changed):
                call_command(*arguments)

        return twin(work)

    def manage(self, *arguments: str, drill: bool = False, **changed: Any) -> tuple[int, str]:
        """Run a command to its end: exit code and output."""
        return self.start(*arguments, drill=drill, **changed).end()

    def manage_anew(self, *arguments: str) -> tuple[int, str]:
        """Run `manage.py` as somebody at a terminal does."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self._url(), "DJANGO_SETTINGS_MODULE": "leadercrm.settings"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=100,
        )
        return done.returncode, done.stdout

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
