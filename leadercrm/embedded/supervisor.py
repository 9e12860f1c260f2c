"""The supervisor: starts programs, starts again what dies, stops everything in order.

It must stay single-threaded: children follow the thread that started them (see `death`).
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from leadercrm.embedded.children import Child
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.leftovers import MARK
from leadercrm.embedded.programs import Program

# Doors first, so that nothing new comes in; PostgreSQL last, when nobody writes any more.
STOP_ORDER = ("web", "beat", "sender", "worker", "mail", "redis", "postgres")
POLL_SECONDS = 0.1
SETTLED_AFTER = 60.0
LONGEST_PAUSE = 30.0
ESSENTIAL_MAY_DIE = 5


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM came while the supervisor was inside a long step."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Watched:
    """A child and its record of deaths."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.deaths = 0
        self.is_awaited = False
        self.started = time.monotonic()
        self.again_at: float | None = None

    def died(self) -> float:
        """Note a death; the seconds to wait before the next start."""
        if time.monotonic() - self.started > SETTLED_AFTER:
            self.deaths = 0
        self.deaths += 1
        pause = float(min(0.25 * 2 ** (self.deaths - 1), LONGEST_PAUSE))
        self.again_at = time.monotonic() + pause
        return pause

    def start_again(self) -> None:
        self.again_at = None
        self.started = time.monotonic()
        self.child.start()


class Supervisor:
    """Runs programs for one data folder, whose mark they carry."""

    def __init__(self, data_dir: Path, say: Callable[[str], None]) -> None:
        self.data_dir = data_dir
        self.say = say
        self.watched: dict[str, Watched] = {}
        self.stopping = False
        self._stopped_by = int(signal.SIGTERM)
        self._patience = 1.0
        self._asked_at = 0.0
        self._interruptible = False

    def start(self, programs: Sequence[Program]) -> None:
        """Start programs side by side, without waiting until they are ready."""
        for program in programs:
            child = Child(program, self.data_dir / "log", {MARK: str(self.data_dir)})
            child.start()
            self.watched[program.name] = Watched(child)

    def wait_until_ready(self, programs: Sequence[Program], seconds: float) -> None:
        """Wait for all of them; one that dies or takes too long is an explained error."""
        deadline = time.monotonic() + seconds
        waiting = [self.watched[program.name] for program in programs]
        while waiting and not self.stopping:
            for watched in waiting:
                watched.is_awaited = not self._is_ready(watched.child)
            waiting = [watched for watched in waiting if watched.is_awaited]
            if waiting and time.monotonic() > deadline:
                late = waiting[0].child
                raise _with_log(f"{late.program.title} is not ready after {seconds:.0f} s", late)
            time.sleep(0.02 if waiting else 0)
        if self.stopping:
            raise StopRequested(self._stopped_by)

    def watch(self) -> None:
        """Start again what dies, with growing pauses, until a stop is asked for."""
        while not self.stopping:
            for watched in self.watched.values():
                self._look_after(watched)
            time.sleep(POLL_SECONDS)

    def stop_all(self) -> None:
        """Stop what runs, one after the other; a second Ctrl-C meanwhile shortens the patience."""
        self.stopping = True
        for name in sorted(self.watched, key=STOP_ORDER.index):
            watched, child = self.watched[name], self.watched[name].child
            # A door that never opened has nobody inside; a server may be recovering its data.
            hasty = watched.is_awaited and not child.program.essential
            if not child.stop(_no_patience if hasty else self._give_patience) and not hasty:
                self.say(f"{child.program.title} did not stop in time and was killed; see {child.log}")

    @contextmanager
    def heeding_signals(self) -> Iterator[None]:
        """Turn SIGINT, SIGTERM and SIGHUP (a closed terminal) into an orderly stop."""
        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._on_signal) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """A long step of this process that starts no watched child: a signal breaks it off at once."""
        if self.stopping:
            raise StopRequested(self._stopped_by)
        self._interruptible = True
        try:
            yield
        finally:
            self._interruptible = False

    def _give_patience(self) -> float:
        return self._patience

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            # `make` and its terminal may both pass on the same request.
            if time.monotonic() > self._asked_at + 1:
                self._patience = 0.1
            return
        self._asked_at = time.monotonic()
        self.stopping, self._stopped_by = True, number
        if self._interruptible:
            self._interruptible = False
            raise StopRequested(number)

    def _is_ready(self, child: Child) -> bool:
        code = child.exit_code()
        if code is not None:
            raise _with_log(f"{child.program.title} did not start ({describe_exit(code)})", child)
        return child.is_ready()

    def _look_after(self, watched: Watched) -> None:
        if watched.again_at is not None:
            if time.monotonic() >= watched.again_at:
                watched.start_again()
            return
        code = watched.child.exit_code()
        if code is None or self.stopping:
            return
        pause, child = watched.died(), watched.child
        what = f"{child.program.title} died ({describe_exit(code)})"
        if child.program.essential and watched.deaths >= ESSENTIAL_MAY_DIE:
            raise _with_log(f"{what} {watched.deaths} times in a row", child)
        self.say(f"{what}; starting it again in {pause:g} s, see {child.log}")


def _no_patience() -> float:
    return 0.1


def describe_exit(code: int) -> str:
    """What became of a process, in words."""
    if code < 0:
        return f"killed by {signal.Signals(-code).name}"
    return f"exit code {code}"


def _with_log(sentence: str, child: Child) -> ExplainedError:
    tail = "\n".join(f"  {line}" for line in child.last_words().splitlines())
    return ExplainedError(f"{sentence}; the end of {child.log}:{os.linesep}{tail}")
