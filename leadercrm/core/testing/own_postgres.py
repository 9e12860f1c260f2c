"""A PostgreSQL of a test's own, which may be crashed: nobody else is on it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection
from environs import Env

from leadercrm.core.testing.processes import wait_until
from leadercrm.embedded.children import Child
from leadercrm.embedded.stack import Servers


@contextmanager
def own_postgres(folder: Path) -> Iterator[Child]:
    servers = Servers(folder, {"REDIS_URL": "elsewhere", "EMAIL_URL": "elsewhere"}, careless=True)
    [program] = servers.programs()
    # Careless of the machine's crash, which no test makes; of its own, it must not be.
    safe = [*program.argv, "--synchronous_commit=on", "--full_page_writes=on"]
    child = Child(replace(program, argv=safe), folder / "log", {})
    usual = dict(connection.settings_dict)
    connection.close()
    child.start()
    try:
        wait_until(child.is_ready, "PostgreSQL", 120)
        connection.settings_dict.update(_settings_of(servers.variables()["DATABASE_URL"]))
        yield child
    finally:
        connection.close()
        connection.settings_dict.update(usual)
        child.stop()
        servers.tidy_up()


def _settings_of(url: str) -> dict[str, Any]:
    wanted: dict[str, Any] = Env().dj_db_url("NO_SUCH_VARIABLE", url)
    kept = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name not in ("host", "port")}
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    options = {**kept, **wanted.get("OPTIONS", {})}
    return {**{name: wanted.get(name, "") for name in names}, "OPTIONS": options}


def crash(child: Child) -> None:
    """What `pg_ctl restart -m immediate` does: no shutdown, recovery at the next start."""
    assert child.process is not None
    child.process.send_signal(signal.SIGQUIT)
    child.process.wait(10)
    child.start()
