"""A database of its own for the demo: in the suite's, ids from 1 on belong to other tenants."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from leadercrm.core.testing.databases import migrated_database, own_database
from leadercrm.core.testing.doors import Api
from leadercrm.demo.tenant import token_file
from leadercrm.tenancy.provisioning import refill_spares


@dataclass(frozen=True)
class FirstStart:
    """What transactions do not take back: the token's file, and where the sequences stand."""

    token: str
    sequences: list[tuple[str, int, bool]]

    @classmethod
    def now(cls) -> "FirstStart":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),"
                " last_value IS NOT NULL FROM pg_sequences WHERE schemaname IN"
                " ('public', (SELECT schema_name FROM public.tenancy_tenant WHERE id = 1))"
            )
            return cls(token_file().read_text(), cursor.fetchall())

    def restore(self) -> None:
        token_file().write_text(self.token)
        with connection.cursor() as cursor:
            cursor.executemany("SELECT setval(%s::regclass, %s, %s)", self.sequences)


@pytest.fixture(scope="package")
def first_start(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[FirstStart]:
    """A migrated database with a few spares, as a first start leaves it, and the demo in it."""
    with ExitStack() as database:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            database.enter_context(own_database(f"test_demo_{os.getpid()}", like=migrated_database()))
            refill_spares(2)
            call_command("demo", stdout=StringIO())
            state = FirstStart.now()
            connection.close()
        yield state
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            database.close()


@pytest.fixture
def demo(first_start: FirstStart, db: None) -> Api:
    """The API with the demo's token; what a test before has changed is taken back."""
    first_start.restore()
    return Api(first_start.token.strip())
