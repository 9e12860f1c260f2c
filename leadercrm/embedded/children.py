"""A running child: started into a session of its own, watched, and stopped with all it started."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from leadercrm.embedded.death import follow_parent
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.programs import Program

LOG_KEPT = 10 * 1024 * 1024
POLL_SECONDS = 0.02


class Child:
    """A program that runs, or ran. Its output goes to its log, of which one older part is kept."""

    def __init__(self, program: Program, log_dir: Path, marks: Mapping[str, str]) -> None:
        self.program = program
        self.marks = marks
        self.log = log_dir / f"{program.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        """Start it. A session of its own keeps a terminal's Ctrl-C away: the supervisor sets the order."""
        program, user = self.program, self.program.user
        self._turn_log()
        with self.log.open("ab") as log:
            try:
                self.process = subprocess.Popen(
                    program.argv,
                    cwd=program.cwd,
                    env={**os.environ, **program.env, **self.marks},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=program.pass_fds,
                    user=user.uid if user else None,
                    group=user.gid if user else None,
                    extra_groups=[] if user else None,
                    preexec_fn=follow_parent(program.death_signal),
                )
            except OSError as error:
                raise ExplainedError(f"{program.title} could not be started: {error}.") from error

    def exit_code(self) -> int | None:
        """None while it runs. Once it has died, what it left of its process group is killed."""
        if self.process is None:
            return 0
        code = self.process.poll()
        if code is not None:
            kill_group(self.process.pid)
        return code

    def stop(self, patience: Callable[[], float] = lambda: 1.0) -> bool:
        """Stop it, politely first; True when it ended by itself. Patience scales the waiting, also
        while it goes on."""
        if self.process is None:
            return True
        for number, seconds in self.program.stop_signals:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            if self._ends_within(seconds, patience):
                return True
        kill_group(self.process.pid)
        self.process.wait()
        return False

    def is_ready(self) -> bool:
        return self.exit_code() is None and self.program.ready()

    def last_words(self, lines: int = 15) -> str:
        """The tail of its log."""
        try:
            text = self.log.read_bytes()[-8192:].decode(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def _ends_within(self, seconds: float, patience: Callable[[], float]) -> bool:
        began = time.monotonic()
        while self.exit_code() is None:
            if time.monotonic() > began + seconds * patience():
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _turn_log(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))


def kill_group(leader: int) -> None:
    """Kill what is left of a child's process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
