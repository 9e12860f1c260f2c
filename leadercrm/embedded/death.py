"""No orphans: the kernel tells a child when its parent has died, whatever it died of.

Linux only. Elsewhere a killed supervisor leaves its children to the next start, which stops them
(see `leftovers`).
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def follow_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does between fork and exec, so that it gets the signal when the parent dies.

    The parent is the *thread* that forks: only long-lived threads may start children. A change of
    user clears the setting, so it must come after it, as `subprocess` does.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, int(with_signal))
        if os.getppid() != parent:  # it died before the setting was made
            os._exit(1)

    return in_child
