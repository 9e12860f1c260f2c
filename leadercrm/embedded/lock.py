"""One run per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadercrm.embedded.errors import ExplainedError


@contextmanager
def only_run(data_dir: Path, address: str) -> Iterator[None]:
    """Hold the data folder; refuse when another run holds it.

    The kernel drops the lock with the process, so a killed run leaves none. The file's text only
    tells the second one who is first.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = (data_dir / "up.lock").open("a+")
    except OSError as error:
        raise ExplainedError(
            f"The data folder {data_dir} cannot be written ({error.strerror}); "
            "choose another with LEADERCRM_DATA_DIR=..."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ExplainedError(
                f"Leader CRM already runs on {data_dir} ({file.read().strip() or 'it is just starting'}); "
                "stop it first, or give this one its own folder with LEADERCRM_DATA_DIR=... and PORT=..."
            ) from None
        file.truncate(0)
        file.write(f"{address}, process {os.getpid()}")
        file.flush()
        yield
