"""What a killed run left behind: processes that still run, sockets, PostgreSQL's pid file.

Called under the data folder's lock, so whatever is found belongs to no living supervisor. A process
is touched only when it is proven to be ours: each child carries a mark with the data folder in its
environment, which its own children inherit; PostgreSQL, which writes over its environment, has the
data folder as its working directory.
"""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.service_user import ServiceUser

MARK = "LEADERCRM_SUPERVISED"
PATIENCE = 8.0


def clear_leftovers(data_dir: Path, postgres_folder: Path) -> int:
    """Stop what a killed run left running; the number of processes that there were."""
    left = {
        **dict.fromkeys(_marked(data_dir), signal.SIGTERM),
        **dict.fromkeys(_postgres_processes(postgres_folder), signal.SIGINT),
    }
    for process, number in left.items():
        with suppress(psutil.Error):
            process.send_signal(number)
    _, stubborn = psutil.wait_procs(left, timeout=PATIENCE)
    for process in stubborn:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=2)
    if any(_postgres_processes(postgres_folder)):
        raise ExplainedError(f"A PostgreSQL of a killed run still holds {postgres_folder} and does not end.")
    # The number in a stale pid file may be a stranger's by now, and PostgreSQL would then refuse to
    # start. The line above made sure that no server has this folder.
    (postgres_folder / "postmaster.pid").unlink(missing_ok=True)
    return len(left)


def clear_run_dir(run_dir: Path, user: ServiceUser | None) -> None:
    """Make the sockets' folder anew, entered by its user only.

    It lies in /tmp under a name that anybody can guess, so one that somebody else made is refused.
    """
    owners = {os.geteuid(), user.uid if user else os.geteuid()}
    with suppress(FileNotFoundError):
        status = run_dir.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in owners:
            raise ExplainedError(f"{run_dir} belongs to somebody else; remove it and start again.")
        shutil.rmtree(run_dir)
    run_dir.mkdir(mode=0o700)
    if user:
        os.chown(run_dir, user.uid, user.gid)


def _marked(data_dir: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        # OSError too: a process may end while its environment is being read.
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == str(data_dir):
                yield process


def _postgres_processes(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and process.cwd() == str(folder.resolve()):
                yield process
