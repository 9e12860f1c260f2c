"""The parent's side of a child that makes PDFs (child.py)."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from leadercrm.core.pdf import child as protocol

PROGRAM = Path(protocol.__file__)
# What libraries end with that get no memory.
OUT_OF_MEMORY = (signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP)


@dataclass(frozen=True)
class Limits:
    """What one document may cost, and how long a child lives.

    `memory_bytes` are those that documents may take beyond what the child has before the first one.
    """

    memory_bytes: int = 2**30
    cpu_seconds: int = 12
    wall_seconds: float = 25.0
    start_seconds: float = 30.0
    idle_seconds: float = 600.0
    documents: int = 500


class TooCostly(Exception):
    """The document used up what one may cost; its process has ended."""


class TookTooLong(TooCostly):
    """By the clock: it may have been the machine that was slow."""


class Faulty(Exception):
    """The document cannot be rendered, whoever tries."""


class Died(Exception):
    """The process ended without a reason that the document gave."""


class Process:
    """One child, from its start until it is closed. For one thread at a time."""

    def __init__(self, fonts: Sequence[tuple[str, int]], limits: Limits) -> None:
        self.limits = limits
        self.made = 0
        self.door, theirs = socket.socketpair()
        options = json.dumps({**asdict(limits), "fonts": [list(font) for font in fonts]})
        self.scratch = tempfile.mkdtemp(prefix="leadercrm-pdf-")
        with theirs:
            self.child = subprocess.Popen(
                [sys.executable, "-I", str(PROGRAM), options],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=_bare_environment(self.scratch),
                cwd="/",
                start_new_session=True,  # a terminal's Ctrl-C is not for it
            )
        try:
            self._receive(1, time.monotonic() + limits.start_seconds)
        except (OSError, Died):
            self.close()
            raise Died("the process for PDFs does not start") from None

    @property
    def is_usable(self) -> bool:
        return self.made < self.limits.documents and self.child.poll() is None

    def render(self, html: str) -> bytes:
        """The PDF. Raises TooCostly, Faulty or Died; after the first and the last it is closed."""
        self.made += 1
        body = html.encode(errors="replace")
        deadline = time.monotonic() + self.limits.wall_seconds
        try:
            self.door.settimeout(self.limits.wall_seconds)
            self.door.sendall(protocol.LENGTH.pack(len(body)) + body)
            answer = self._receive(1, deadline)
            made = self._receive(protocol.LENGTH.unpack(self._receive(protocol.LENGTH.size, deadline))[0], deadline)
        except TimeoutError:
            self.close()
            raise TookTooLong("took too long") from None
        except (OSError, Died):
            raise self._cause_of_death() from None
        if answer == protocol.FAILED:
            raise Faulty(made.decode())
        if answer == protocol.TOO_LARGE:
            self.close()
            raise TooCostly("needed too much memory")
        return made

    def _receive(self, wanted: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < wanted:
            self.door.settimeout(max(deadline - time.monotonic(), 0.001))
            part = self.door.recv(min(wanted - len(parts), 1 << 20))
            if not part:
                raise Died
            parts += part
        return bytes(parts)

    def _cause_of_death(self) -> TooCostly | Died:
        """What ended it; the kernel's SIGXCPU is for who computes too long."""
        code = self.close()
        if -code in (signal.SIGXCPU, *OUT_OF_MEMORY):
            return TooCostly(f"ended by signal {-code}")
        return Died(f"ended with {code}")

    def close(self) -> int:
        """End it; returns how it ended."""
        self.door.close()
        try:
            return self.child.wait(0.2)
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.wait()
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def let_go(self) -> None:
        """For a forked copy of the parent: the child is the parent's alone."""
        self.door.close()
        self.child.returncode = 0  # nobody waits for it here


def _bare_environment(scratch: str) -> dict[str, str]:
    """Nothing that is ours. The same moment always, so that the same document has the same bytes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DYLD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": "0", "TMPDIR": scratch}
