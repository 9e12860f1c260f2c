"""Which programs make up a run of Leader CRM, and with which options."""

import http.client
import shutil
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadercrm.embedded.addresses import embedded_addresses
from leadercrm.embedded.leftovers import clear_run_dir
from leadercrm.embedded.mail_sink import mail_sink_program
from leadercrm.embedded.ports import LOOPBACK, mail_socket
from leadercrm.embedded.postgres import Postgres
from leadercrm.embedded.programs import Program
from leadercrm.embedded.redis import redis_program
from leadercrm.embedded.service_user import service_user

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Servers:
    """The embedded servers that a run needs: those whose address the environment does not give."""

    data_dir: Path
    environment: Mapping[str, str]
    careless: bool = False
    _mail: socket.socket | None = None

    @property
    def postgres_folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def has_postgres(self) -> bool:
        """Whether the database is one of these servers, and not somebody's own."""
        return self._needs("DATABASE_URL")

    def programs(self) -> list[Program]:
        """Make the folders they need, and say how to start them."""
        chosen: list[Program] = []
        addresses = embedded_addresses(self.data_dir)
        if self._needs("DATABASE_URL") or self._needs("REDIS_URL"):
            user = service_user() if self._needs("DATABASE_URL") else None
            clear_run_dir(addresses.run_dir, user)
        if self._needs("DATABASE_URL"):
            postgres = Postgres(self.postgres_folder, addresses.run_dir, user, self.careless)
            postgres.prepare()
            chosen.append(postgres.program())
        if self._needs("REDIS_URL"):
            redis_dir = self.data_dir / "redis"
            chosen.append(redis_program(redis_dir, addresses.redis_socket, careless=self.careless))
        if self._needs("EMAIL_URL"):
            self._mail = mail_socket(self.data_dir, usual=not self.careless)
            chosen.append(mail_sink_program(self.data_dir / "mail", self._mail))
        return chosen

    def tidy_up(self) -> None:
        """Close and remove what the servers listened on, once they have stopped."""
        if self._mail:
            self._mail.close()
        shutil.rmtree(embedded_addresses(self.data_dir).run_dir, ignore_errors=True)

    def variables(self) -> dict[str, str]:
        """The environment that leads another process to these servers."""
        addresses = embedded_addresses(self.data_dir)
        own = {
            "DATABASE_URL": addresses.database_url,
            "REDIS_URL": addresses.redis_url,
            "EMAIL_URL": addresses.email_url,
        }
        return {name: self.environment.get(name) or url for name, url in own.items()}

    def _needs(self, variable: str) -> bool:
        return not self.environment.get(variable)


def web_server(port: int, environment: Mapping[str, str]) -> Program:
    """Granian with threads: its WSGI interface serves twice what the others do."""
    options = {
        "--interface": "wsgi",
        "--host": LOOPBACK,
        "--port": str(port),
        "--http": "1",
        "--workers": "2",
        "--blocking-threads": "4",
        # A thread owns a database connection; threads that come and go would leave it behind.
        "--blocking-threads-idle-timeout": "600",
        "--backlog": "1024",
        "--respawn-interval": "0.5",
        "--workers-kill-timeout": "8",
        "--log-level": "warning",
    }
    pairs = [part for option in options.items() for part in option]
    return Program(
        name="web",
        title="Web server",
        argv=[
            *(sys.executable, "-m", "granian", *pairs),
            *("--no-ws", "--respawn-failed-workers", "leadercrm.wsgi:application"),
        ],
        cwd=PROJECT,
        env={"LEADERCRM_PUBLIC_URL": environment.get("LEADERCRM_PUBLIC_URL") or f"http://{LOOPBACK}:{port}"},
        stop_signals=((signal.SIGTERM, 15),),
        ready=lambda: answers(port),
    )


def celery_programs(data_dir: Path, port: int, environment: Mapping[str, str]) -> list[Program]:
    """The worker, the sender of campaigns, for which nothing else has to wait, and the scheduler that rings them."""
    schedule = data_dir / "beat" / "schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    celery = [sys.executable, "-m", "celery", "-A", "leadercrm.celery"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]
    env = web_server(port, environment).env
    worker: dict[str, Any] = {
        "cwd": PROJECT,
        "env": env,
        # Warm first: the running tasks end. Then cold: they come back from their row.
        "stop_signals": ((signal.SIGTERM, 15), (signal.SIGQUIT, 3)),
        # When all die at once its broker is gone too, and a worker that looks for its broker
        # heeds no softer signal. Its pool follows it.
        "death_signal": signal.SIGKILL,
    }
    return [
        Program(
            name="worker",
            title="Celery worker",
            argv=[*celery, "worker", "-Q", "celery", "--pool", "prefork", "--concurrency", "2", *quiet],
            **worker,
        ),
        Program(
            name="sender",
            title="Sender of campaigns",
            argv=[*celery, "worker", "-Q", "campaigns", "--pool", "solo", "--hostname", "sender@%h", *quiet],
            **worker,
        ),
        Program(
            name="beat",
            title="Celery beat",
            argv=[*celery, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"],
            cwd=PROJECT,
            env=env,
        ),
    ]


def answers(port: int) -> bool:
    """Whether the web server answers and finds its own servers (a 5xx says that it does not)."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status < 500
    return False
