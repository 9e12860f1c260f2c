"""PDFs that were made before, as files: each tenant's in a folder of its own, named by what they show."""

import os
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from leadercrm.core import ports
from leadercrm.core.housekeeping import housekeeping

KEY = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 200 * 2**20
KEPT_SECONDS = 30 * 86400
# What was read in the last hour is not marked again.
MARKED_AGAIN = 3600


def folder() -> Path:
    """The bound tenant's."""
    return Path(settings.PDF_CACHE_DIR) / str(ports.current_tenant_id())


def cached(key: str, make: Callable[[], bytes]) -> bytes:
    """The bound tenant's PDF with this key, a SHA-256 in hexadecimal of all that it shows; made where there is none."""
    if not KEY.fullmatch(key):
        raise ValueError("a key is a SHA-256 in hexadecimal")
    path = folder() / key[:2] / f"{key}.pdf"
    found = _read(path)
    if found is not None:
        return found
    made = make()
    _write(path, made)
    return made


def _read(path: Path) -> bytes | None:
    """The file's bytes; None if there is none, or half of one that a power cut left."""
    try:
        with path.open("rb") as file:
            found = file.read()
            if time.time() - os.fstat(file.fileno()).st_mtime > MARKED_AGAIN:
                os.utime(file.fileno())
    except OSError:
        return None
    return found if found.startswith(b"%PDF-") and found.rstrip().endswith(b"%%EOF") else None


def _write(path: Path, made: bytes) -> None:
    """Put it there at once or not at all. A full disk costs the next reader's time only."""
    written = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written.write_bytes(made)
        written.replace(path)
    except OSError:
        with suppress(OSError):
            written.unlink()


@housekeeping
def forget_old_pdfs() -> int:
    """Remove PDFs that nobody has read for a month, and the longest unread ones of a full folder."""
    files = []
    for path in folder().glob("*/*"):
        with suppress(OSError):
            found = path.stat()
            files.append((found.st_mtime, found.st_size, path))
    removed, room = 0, MOST_BYTES
    for read_at, size, path in sorted(files, reverse=True):
        room -= size
        if room < 0 or time.time() - read_at > KEPT_SECONDS:
            with suppress(OSError):
                path.unlink()
                removed += 1
    return removed
