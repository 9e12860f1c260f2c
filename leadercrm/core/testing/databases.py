"""Databases for tests, made and dropped."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql


@contextmanager
def own_database(name: str, *, like: str = "template1") -> Iterator[None]:
    """Create a database, empty or a copy of `like`, let the connection lead to it; drop it and go back at the end.

    Every thread of this process is led there. Nobody may be connected to the one that is copied.

    The caller has unblocked pytest-django's database access on both sides of the `yield`.
    """
    usual = connection.settings_dict["NAME"]
    connection.close()
    with _server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
    _lead_to(name)
    try:
        yield
    finally:
        _lead_to(usual)
        with _server() as server:
            drop_database(server, name)


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
