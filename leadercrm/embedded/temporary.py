"""Throw-away servers for the tests and the benchmark: PostgreSQL without fsync, Redis, mail sink.

`python -m leadercrm.embedded.temporary -- COMMAND ...` runs a command with DATABASE_URL, REDIS_URL,
EMAIL_URL and LEADERCRM_DATA_DIR set, and returns its exit code. A server whose variable is set
already is used as it is. All ends with the command, and when this process is killed.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from leadercrm.embedded.addresses import embedded_addresses
from leadercrm.embedded.death import follow_parent
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.stack import PROJECT, Servers
from leadercrm.embedded.supervisor import StopRequested, Supervisor

SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
PREFIX = "leadercrm-temporary-"
SURELY_LOCKED_AFTER = 60.0


@contextmanager
def temporary_servers() -> Iterator[Mapping[str, str]]:
    """The variables that lead to throw-away servers, which another process holds for this one.

    It ends when its input closes: at the end of the block, or with this process, whatever killed it.
    """
    if all(os.environ.get(name) for name in SERVERS):
        yield {name: os.environ[name] for name in SERVERS}
        return
    holder = subprocess.Popen(
        [sys.executable, "-m", "leadercrm.embedded.temporary", "--hold"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the tests, which still need the servers to tidy up
    )
    try:
        answer = holder.stdout.readline() if holder.stdout else ""
        if not answer:
            raise ExplainedError("The throw-away servers did not start; the reason stands above.")
        yield json.loads(answer)
    finally:
        holder.communicate()


@contextmanager
def running_servers() -> Iterator[Mapping[str, str]]:
    """Throw-away servers as children of this process, which must have one thread only."""
    with _throw_away_folder() as folder:
        servers = Servers(folder, os.environ, careless=True)
        supervisor = Supervisor(folder, lambda line: print(line, file=sys.stderr))
        with supervisor.heeding_signals():
            try:
                with supervisor.interruptible():
                    programs = servers.programs()
                supervisor.start(programs)
                supervisor.wait_until_ready(programs, 60)
                with supervisor.interruptible():
                    yield {**servers.variables(), "LEADERCRM_DATA_DIR": str(folder)}
            finally:
                supervisor.stop_all()
                servers.tidy_up()


def run(command: Sequence[str]) -> int:
    """Run a command with the servers; its exit code, as a shell would tell it."""
    with running_servers() as variables:
        process = subprocess.Popen(
            command,
            env={**os.environ, **variables},
            preexec_fn=follow_parent(signal.SIGTERM),
        )
        try:
            code = process.wait()
        except StopRequested as stop:
            if stop.number != signal.SIGINT:  # a terminal's Ctrl-C went to the command as well
                process.send_signal(stop.number)
            code = process.wait()
    return code if code >= 0 else 128 - code


def hold() -> int:
    """Tell the variables, and keep the servers until the input closes."""
    with running_servers() as variables:
        print(json.dumps(dict(variables)), flush=True)
        sys.stdin.read()
    return 0


@contextmanager
def _throw_away_folder() -> Iterator[Path]:
    """A folder that is removed at the end; those that killed runs left are removed first."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        _remove_if_abandoned(left)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            _remove(folder)


def _remove_if_abandoned(folder: Path) -> None:
    # OSError: it is somebody else's, locked by a living run, or just being removed.
    with suppress(OSError), (folder / "lock").open() as lock:
        status = folder.stat()
        if status.st_uid == os.geteuid() and time.time() > status.st_mtime + SURELY_LOCKED_AFTER:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)


def _remove(folder: Path) -> None:
    shutil.rmtree(embedded_addresses(folder).run_dir, ignore_errors=True)  # a killed run left it
    shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """`--hold`, or `-- COMMAND ...`."""
    try:
        match list(arguments):
            case ["--hold"]:
                return hold()
            case ["--", *command] if command:
                return run(command)
        print("usage: python -m leadercrm.embedded.temporary -- COMMAND ...", file=sys.stderr)
    except StopRequested as stop:
        return 128 + stop.number
    except ExplainedError as error:
        print(error, file=sys.stderr)
        return 1
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
