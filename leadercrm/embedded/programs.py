"""What the supervisor may run: a program, how it is stopped, and how it is known to be ready."""

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leadercrm.embedded.service_user import ServiceUser

StopSignals = Sequence[tuple[signal.Signals, float]]


@dataclass(frozen=True)
class Program:
    """One child process.

    `stop_signals` are sent in turn, each followed by so many seconds of patience; then the whole
    process group is killed. `death_signal` is what the kernel sends when the supervisor itself is
    killed. An `essential` program that keeps dying stops everything.
    """

    name: str
    title: str
    argv: Sequence[str]
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    user: ServiceUser | None = None
    pass_fds: Sequence[int] = ()
    stop_signals: StopSignals = ((signal.SIGTERM, 10),)
    death_signal: signal.Signals = signal.SIGTERM
    essential: bool = False
    ready: Callable[[], bool] = lambda: True
