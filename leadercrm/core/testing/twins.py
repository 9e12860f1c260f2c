"""Twins of this process: as ready as it is, where a new Python takes two seconds to be, and free to be killed."""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError
from django.db import connection


@dataclass
class Twin:
    """A child that does one thing and ends. `output` is the reading end of what it prints to."""

    pid: int
    output: int

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> tuple[int, str]:
        """Wait for it: its exit code, or minus the signal that it died of, and what it printed."""
        with os.fdopen(self.output, errors="replace") as printed:
            text = printed.read()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]), text


def twin(work: Callable[[], Any]) -> Twin:
    """Let a twin do `work`, with connections of its own. Nothing of this process's ends with it."""
    connection.close()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Twin(pid, reading)
    os.dup2(writing, 1)
    os.dup2(writing, 2)
    sys.stdout = sys.stderr = os.fdopen(1, "w", buffering=1, closefd=False)
    os._exit(_code_of(work))


def _code_of(work: Callable[[], Any]) -> int:
    """What `manage.py` would exit with."""
    try:
        work()
    except CommandError as error:
        print(f"CommandError: {error}")
        return error.returncode
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
