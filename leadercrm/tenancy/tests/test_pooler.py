"""The check that a connection keeps its search_path, with the control that it sees one that does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from leadercrm.tenancy import pooler
from leadercrm.tenancy.tests.scratch import Scratch


def test_direct_connection_keeps_its_path(migrated: Scratch) -> None:
    pooler.assert_connection_keeps_search_path()
    assert not [
        message for message in pooler.check_connection_keeps_search_path(databases=["default"]) if message.is_serious()
    ]


def test_two_clients_on_one_backend_are_refused(migrated: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a pooler in transaction mode does: the same server connection for one client after the other."""
    with migrated.connect() as backend:

        @contextmanager
        def pooled() -> Iterator[Any]:
            yield backend

        monkeypatch.setattr(pooler, "_raw_connection", pooled)
        with pytest.raises(pooler.SearchPathError, match="does not keep its search_path"):
            pooler.assert_connection_keeps_search_path()
        (error,) = pooler.check_connection_keeps_search_path(databases=["default"])
    assert error.id == "tenancy.E001"
    assert "\n" not in error.msg


def test_check_asks_the_database_only_when_it_may() -> None:
    assert pooler.check_connection_keeps_search_path() == []


def test_unreachable_database_is_an_error_in_words(migrated: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "there_is_no_such_database")
    (error,) = pooler.check_connection_keeps_search_path(databases=["default"])
    assert error.id == "tenancy.E002"


@pytest.mark.parametrize(
    ("locks", "sync", "expected"),
    [(64, "fsync", ["tenancy.W001", "tenancy.W002"]), (1024, "syncfs", []), (4096, None, [])],
)
def test_small_server_settings_are_warned_of(
    monkeypatch: pytest.MonkeyPatch, locks: int, sync: str, expected: list[str]
) -> None:
    monkeypatch.setattr(pooler, "_server_settings", lambda: (locks, sync))
    assert [message.id for message in pooler.check_server_settings()] == expected
