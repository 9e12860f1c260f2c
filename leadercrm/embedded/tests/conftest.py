"""Stand-ins and helpers for the supervisor's tests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from leadercrm.embedded.stack import PROJECT
from leadercrm.embedded.temporary import SERVERS

Script = Callable[[str], subprocess.Popen[str]]


@pytest.fixture(autouse=True)
def no_given_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests run inside throw-away servers; here they must not be taken for the person's own."""
    for name in SERVERS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def script() -> Iterator[Script]:
    """Run Python source in a process of its own, which is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def run(source: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
        process = subprocess.Popen(
            [sys.executable, "-c", source], cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=environment
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def lives(pid: int) -> bool:
    """Whether a process runs. One that has died and waits to be collected does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(process: subprocess.Popen[str]) -> None:
    """kill -9: no handler, no `finally`."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def read_pids(path: Path) -> list[int]:
    """The numbers that stand-ins wrote down."""
    return [int(word) for word in path.read_text().split()]
