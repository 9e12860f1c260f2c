"""The real PostgreSQL and Redis of the one-machine default."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from leadercrm.embedded.addresses import embedded_addresses
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.leftovers import clear_leftovers
from leadercrm.embedded.postgres import Postgres
from leadercrm.embedded.service_user import ServiceUser, service_user
from leadercrm.embedded.stack import Servers
from leadercrm.embedded.supervisor import Supervisor
from leadercrm.embedded.tests.conftest import Script, eventually, kill

DRIVER = """
from pathlib import Path
from leadercrm.embedded.stack import Servers
from leadercrm.embedded.supervisor import Supervisor
folder = Path({folder!r})
supervisor = Supervisor(folder, print)
with supervisor.heeding_signals():
    programs = Servers(folder, {{}}).programs()
    supervisor.start(programs)
    supervisor.wait_until_ready(programs, 30)
    print("ready", flush=True)
    supervisor.watch()
    supervisor.stop_all()
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder below a closed (0700) home, as root's is, with its servers made once."""
    folder = tmp_path_factory.mktemp("home") / "clone" / "var"
    folder.mkdir(parents=True)
    folder.parent.parent.chmod(0o700)
    Servers(folder, {"REDIS_URL": "given", "EMAIL_URL": "given"}).programs()
    yield folder
    shutil.rmtree(embedded_addresses(folder).run_dir, ignore_errors=True)


def connect(data_dir: Path) -> psycopg.Connection:
    return psycopg.connect(embedded_addresses(data_dir).database_url, autocommit=True)


def servers_of(data_dir: Path) -> list[psutil.Process]:
    """Live processes of the data folder: by working directory, or by the socket they were given."""
    found = []
    for process in psutil.process_iter():
        try:
            command = " ".join(process.cmdline())
            if process.cwd() == str(data_dir / "postgres") or str(embedded_addresses(data_dir).run_dir) in command:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_stop_and_kill_lose_nothing_and_leave_nothing(script: Script, data_dir: Path) -> None:
    """SIGTERM, start, kill -9, start: each time the data are found and no server is left."""
    driver = DRIVER.format(folder=str(data_dir))
    for step, end in enumerate((signal.SIGTERM, signal.SIGKILL, signal.SIGTERM)):
        clear_leftovers(data_dir, data_dir / "postgres")
        process = script(driver)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with connect(data_dir) as connection, Redis.from_url(embedded_addresses(data_dir).redis_url) as redis:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (step int)")
            connection.execute("INSERT INTO kept VALUES (%s)", [step])
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (step + 1,)
            redis.rpush("kept", step)
            assert redis.llen("kept") == step + 1

        process.send_signal(end)
        process.wait(20)

        assert eventually(lambda: servers_of(data_dir) == [])


def test_server_has_the_settings_roles_and_extensions_that_tenants_need(script: Script, data_dir: Path) -> None:
    process = script(DRIVER.format(folder=str(data_dir)))
    assert process.stdout is not None
    process.stdout.readline()
    names = (
        "fsync",
        "max_locks_per_transaction",
        "recovery_init_sync_method",
        "listen_addresses",
        "server_encoding",
        "shared_preload_libraries",
    )

    with connect(data_dir) as connection:
        settings = [connection.execute(f"SHOW {name}").fetchone()[0] for name in names]  # type: ignore[index]
        superuser = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
        extensions = connection.execute(
            "SELECT extname FROM pg_extension WHERE extnamespace = 'extensions'::regnamespace"
        ).fetchall()
        connection.execute("CREATE SCHEMA t_0a")
        closed = stat.S_IMODE(embedded_addresses(data_dir).run_dir.stat().st_mode)
    with Redis.from_url(embedded_addresses(data_dir).redis_url) as redis:
        policy = redis.config_get("maxmemory-policy")

    assert settings == ["on", "1024", "syncfs", "", "UTF8", "pg_stat_statements"]
    assert superuser == (False,)
    assert {name for (name,) in extensions} == {"pg_trgm", "unaccent", "btree_gin", "pg_stat_statements"}
    assert closed == 0o700
    assert policy == {"maxmemory-policy": "noeviction"}
    kill(process)


def test_killed_postgres_is_started_again_with_its_data(data_dir: Path) -> None:
    clear_leftovers(data_dir, data_dir / "postgres")
    supervisor = Supervisor(data_dir, lambda line: None)
    programs = Servers(data_dir, {"REDIS_URL": "given", "EMAIL_URL": "given"}).programs()
    supervisor.start(programs)
    try:
        supervisor.wait_until_ready(programs, 20)
        child = supervisor.watched["postgres"].child
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        assert eventually(lambda: child.exit_code() is not None)

        def is_back() -> bool:
            for watched in supervisor.watched.values():
                supervisor._look_after(watched)
            return supervisor.watched["postgres"].deaths > 0 and child.is_ready()

        assert eventually(is_back)
        with connect(data_dir) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        supervisor.stop_all()


def test_stale_pid_file_that_names_a_living_stranger_is_removed(data_dir: Path) -> None:
    pid_file = data_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{data_dir / 'postgres'}\n")

    assert clear_leftovers(data_dir, data_dir / "postgres") == 0

    assert not pid_file.exists()


def test_half_made_folder_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres.making"
    (half / "base").mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    postgres = Postgres(tmp_path / "postgres", tmp_path, service_user(), careless=True)

    postgres.prepare()

    assert not half.exists()
    assert (tmp_path / "postgres" / "global" / "pg_control").exists()


def test_folder_that_is_no_cluster_is_explained_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")

    with pytest.raises(ExplainedError, match="is not a PostgreSQL data folder"):
        Postgres(folder, tmp_path, None).prepare()

    assert (folder / "thesis.txt").read_text() == "years of work"


def test_folder_of_another_version_is_explained(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("15\n")

    with pytest.raises(ExplainedError, match="was made by PostgreSQL 15 and the installed one is 18"):
        Postgres(folder, tmp_path, None).prepare()


def test_programs_out_of_reach_are_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadercrm.embedded import binaries

    monkeypatch.setattr(binaries, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(ServiceUser, "can_enter", lambda self, folder: False)
    user = ServiceUser(uid=65533, gid=65533)

    first = binaries.postgres_folder(user)
    made = (first / "postgres").stat().st_mtime_ns
    second = binaries.postgres_folder(user)

    assert first == second
    assert first.is_relative_to(tmp_path)
    assert (second / "postgres").stat().st_mtime_ns == made
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_given_servers_are_used_and_none_is_started(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://db", "REDIS_URL": "redis://cache", "EMAIL_URL": "smtp://mail"}

    servers = Servers(tmp_path, given)

    assert servers.programs() == []
    assert servers.variables() == given
    assert not (tmp_path / "postgres").exists()
