"""The embedded PostgreSQL: its data folder, its settings, and how it is started."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from leadercrm.embedded.binaries import postgres_folder
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.programs import Program
from leadercrm.embedded.service_user import ServiceUser

# Given on the command line, so that they hold for a data folder of any age.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # pg_dump locks each table of each tenant in one transaction; with the default of 64 it fails
    # at about 150 tenants.
    "max_locks_per_transaction": "1024",
    # A crash recovery that opens every file of thousands of tenants takes minutes; this, seconds.
    "recovery_init_sync_method": "syncfs",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "log_min_duration_statement": "500ms",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %u ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For throw-away data only: a crash of the machine may lose it, and nobody minds.
CARELESS_SETTINGS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "log_min_duration_statement": "-1",
}
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "pg_stat_statements")
FIRST_STATEMENTS = [
    "CREATE SCHEMA extensions",
    *(f"CREATE EXTENSION {name} SCHEMA extensions" for name in EXTENSIONS),
    "GRANT USAGE ON SCHEMA extensions TO PUBLIC",
    "CREATE ROLE leadercrm LOGIN CREATEDB",
    "GRANT pg_monitor TO leadercrm",
    "CREATE DATABASE leadercrm OWNER leadercrm",
]


@dataclass(frozen=True)
class Postgres:
    """One cluster: its folder, the folder of its socket, and whom it runs as."""

    folder: Path
    run_dir: Path
    user: ServiceUser | None
    careless: bool = False

    @property
    def binaries(self) -> Path:
        return postgres_folder(self.user)

    def prepare(self) -> None:
        """Make the cluster when it is missing; explain a folder that is no cluster of this version.

        It is made aside and renamed when it is whole. So an interrupted making leaves only the
        folder aside, which never holds anybody's data and is made anew.
        """
        if not self.folder.exists():
            self._make(self.folder.with_name(self.folder.name + ".making"))
        version_file = self.folder / "PG_VERSION"
        if not version_file.exists():
            raise ExplainedError(
                f"{self.folder} is not a PostgreSQL data folder (PG_VERSION is missing): "
                "restore it from a backup, or move it away and start again with empty data."
            )
        made_by, program = version_file.read_text().strip(), self._major_version()
        if made_by != program:
            raise ExplainedError(
                f"{self.folder} was made by PostgreSQL {made_by} and the installed one is {program}: "
                "dump it with the old version, move it away, start again and restore the dump."
            )

    def program(self) -> Program:
        """The server as a child of the supervisor."""
        settings = {**SETTINGS, **(CARELESS_SETTINGS if self.careless else {})}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return Program(
            name="postgres",
            title="PostgreSQL",
            argv=[
                str(self.binaries / "postgres"),
                "-D",
                reach(self.folder),
                f"--unix_socket_directories={self.run_dir}",
                *options,
            ],
            cwd=self.folder,
            user=self.user,
            # Fast shutdown rolls back what is open; the immediate one recovers at the next start.
            stop_signals=((signal.SIGINT, 30), (signal.SIGQUIT, 5)),
            death_signal=signal.SIGQUIT if self.careless else signal.SIGINT,
            essential=True,
            ready=self.is_ready,
        )

    def is_ready(self) -> bool:
        """Whether the server accepts connections: asked once its pid file says so.

        The file alone may be a dead server's; asking alone fills the log with refusals.
        """
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            if len(lines) < 8 or lines[7].strip() != "ready":
                return False
            psycopg.connect(host=str(self.run_dir), user="leadercrm", connect_timeout=2).close()
        except (OSError, psycopg.OperationalError):
            return False
        return True

    def _major_version(self) -> str:
        answer = subprocess.run(
            [self.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
        ).stdout
        return answer.split()[2].split(".")[0]

    def _make(self, draft: Path) -> None:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        if self.user:
            os.chown(draft, self.user.uid, self.user.gid)
        self._initdb(draft)
        self._first_statements(draft)
        draft.rename(self.folder)

    def _initdb(self, draft: Path) -> None:
        # The builtin locale sorts the same on every machine, so that an upgrade of the C library
        # cannot corrupt an index. Trust is safe: only this user can enter the socket's folder.
        locale = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        haste = ["--no-sync"] if self.careless else []
        initdb = str(self.binaries / "initdb")
        self._run(draft, [initdb, "-D", reach(draft), "-U", "postgres", "-A", "trust", *locale, *haste])

    def _first_statements(self, draft: Path) -> None:
        # In template1, so that any further database (the tests') has the extensions too.
        single = [str(self.binaries / "postgres"), "--single", "-D", reach(draft), "-c", "exit_on_error=on"]
        script = "".join(f"{statement};\n" for statement in FIRST_STATEMENTS)
        self._run(draft, [*single, "template1"], script)

    def _run(self, folder: Path, command: list[str], script: str = "") -> None:
        done = subprocess.run(
            command,
            cwd=folder,
            input=script,
            capture_output=True,
            text=True,
            user=self.user.uid if self.user else None,
            group=self.user.gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        if done.returncode:
            last_words = done.stderr.strip().splitlines()[-3:] or ["no message"]
            raise ExplainedError(f"PostgreSQL's data folder could not be made: {' '.join(last_words)}")


def reach(folder: Path) -> str:
    """The path by which a server started inside the folder names it.

    Through its working directory a server for another user reaches data below a closed (0700) home,
    which its full path would not allow. PostgreSQL never leaves that directory.
    """
    own = Path("/proc/self/cwd")
    return str(own) if own.exists() else str(folder)
