"""Databases for tests, made and dropped."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def own_database(name: str, *, like: str = "template1") -> Iterator[None]:
    """Create a database, empty or a copy of `like`, let the connection lead to it; drop it and go back at the end.

    Every thread of this process is led there. Nobody may be connected to the one that is copied.

    The caller has unblocked pytest-django's database access on both sides of the `yield`.
    """
    usual = connection.settings_dict["NAME"]
    connection.close()
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    _lead_to(name)
    try:
        yield
    finally:
        _lead_to(usual)
        _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _administer(statement: str) -> None:
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    wanted = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{k: v for k, v in parameters.items() if k in wanted}, autocommit=True) as server:
        server.execute(statement)
