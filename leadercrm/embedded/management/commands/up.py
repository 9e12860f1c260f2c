"""`manage.py up`: the whole product on one machine, until Ctrl-C."""

import os
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leadercrm.embedded import system_libraries
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.leftovers import clear_leftovers
from leadercrm.embedded.lock import only_run
from leadercrm.embedded.ports import LOOPBACK, require_free, wanted_port
from leadercrm.embedded.preparation import prepare, require_database
from leadercrm.embedded.stack import Servers, celery_programs, web_server
from leadercrm.embedded.supervisor import StopRequested, Supervisor

DEMO_LOGIN = "jorge@leadercrm.mx / secreto123"


class Command(BaseCommand):
    """Start PostgreSQL, Redis, the mail sink, the web server and Celery; migrate; keep them running."""

    help = "Start Leader CRM and all it needs on this machine, and stop it with Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = "PORT, LEADERCRM_DATA_DIR, DATABASE_URL, REDIS_URL, EMAIL_URL: see README.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse in one sentence what would fail later; else run until a stop is asked for."""
        data_dir: Path = settings.DATA_DIR
        try:
            port = wanted_port(os.environ)
            lacking = system_libraries.refusal()
            if lacking:
                raise ExplainedError(lacking)
            with only_run(data_dir, f"http://{LOOPBACK}:{port}"):
                self._run(data_dir, port)
        except ExplainedError as error:
            raise CommandError(str(error)) from error

    def _run(self, data_dir: Path, port: int) -> None:
        servers = Servers(data_dir, os.environ)
        supervisor = Supervisor(data_dir, self._say)
        with supervisor.heeding_signals():
            try:
                with supervisor.interruptible():
                    stopped = clear_leftovers(data_dir, servers.postgres_folder)
                    if stopped:
                        self._say(f"Stopped {stopped} processes that a killed run had left.")
                    require_free(port)
                self._start(supervisor, servers, port)
                supervisor.watch()
            except StopRequested:
                pass
            finally:
                if supervisor.watched:
                    self._say("Stopping ...")
                    supervisor.stop_all()
                    servers.tidy_up()
                    self._say("Stopped.")

    def _start(self, supervisor: Supervisor, servers: Servers, port: int) -> None:
        began = time.monotonic()
        with supervisor.interruptible():
            if not servers.postgres_folder.exists() and not os.environ.get("DATABASE_URL"):
                self._say(f"Making the data folder {servers.data_dir} ...")
            programs = servers.programs()
        if programs:
            self._say(f"Starting {', '.join(program.title for program in programs)} ...")
        supervisor.start(programs)
        supervisor.wait_until_ready(programs, 60)
        self._say("Preparing the database ...")
        with supervisor.interruptible():
            require_database()
            prepare(servers.data_dir / "log", with_demo=servers.has_postgres)
        web = web_server(port, os.environ)
        supervisor.start([web])
        supervisor.wait_until_ready([web], 60)
        self._announce(servers.data_dir, port, time.monotonic() - began)
        supervisor.start(celery_programs(servers.data_dir, port, os.environ))

    def _announce(self, data_dir: Path, port: int, seconds: float) -> None:
        address = f"http://{LOOPBACK}:{port}"
        lines = [f"Leader CRM is ready after {seconds:.1f} s:  {address}"]
        token = data_dir / "demo-token"
        if token.exists() and not os.environ.get("DATABASE_URL"):
            lines += [f"  Demo login  {DEMO_LOGIN}", f"  Demo token  {token.read_text().strip()}"]
        if not os.environ.get("EMAIL_URL"):
            lines.append(f"  Mail        {address}/dev/mail")
        lines += [f"  Logs        {data_dir / 'log'}", "Ctrl-C stops it."]
        self._say("\n".join(lines))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
