"""Databases for tests, made and dropped."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from leadercrm.tenancy.fleet.run import migrate_fleet


@contextmanager
def own_database(name: str, *, like: str = "template1") -> Iterator[None]:
    """Create a database, empty or a copy of `like`, let the connection lead to it; drop it and go back at the end.

    Every thread of this process is led there. Nobody may be connected to the one that is copied.

    The caller has unblocked pytest-django's database access on both sides of the `yield`.
    """
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
    try:
        with leading_to(name):
            yield
    finally:
        with _server() as server:
            drop_database(server, name)


@contextmanager
def leading_to(name: str) -> Iterator[None]:
    """Let the connection, and that of every thread of this process, lead to another database for a while."""
    usual = connection.settings_dict["NAME"]
    _lead_to(name)
    try:
        yield
    finally:
        _lead_to(usual)


def migrated_database() -> str:
    """The database that the run's processes share to copy from: at the head, without a tenant. The first one makes it.

    Nobody stays connected to it. `drop_migrated_database` ends it.
    """
    name = _name_of_migrated()
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            with leading_to(name):
                migrate_fleet(lambda line: None)
    return name


def drop_migrated_database() -> None:
    """At the end of the run."""
    name = _name_of_migrated()
    with _server() as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchall():
            drop_database(server, name)


def _name_of_migrated() -> str:
    """One for the run: pytest-xdist's processes are its children."""
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return f"test_migrated_{run}"


def drop_database(server: "psycopg.Connection[Any]", name: str) -> None:
    """Drop a database of tests, whoever is connected to it.

    PostgreSQL refuses while its own autovacuum is at work there, if our role is no superuser; that passes.
    """
    deadline = time.monotonic() + 30
    while True:
        try:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            return
        except psycopg.errors.InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _server() -> "psycopg.Connection[Any]":
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    wanted = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{k: v for k, v in parameters.items() if k in wanted}, autocommit=True)
