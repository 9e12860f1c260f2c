"""Files that wait to be read or fetched: below the storage, under names that nobody can guess, by tenant."""

import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from leadercrm.core import ports

FOLDER = "lists"
# A file whose row was rolled back is nobody's; a row comes within seconds of its file.
ORPHAN_SECONDS = 24 * 3600


def new_name() -> str:
    """A name for a file of the bound tenant."""
    return f"{ports.current_tenant_id()}-{secrets.token_hex(16)}"


def path_of(name: str) -> Path:
    """Where a file is, or is to be written."""
    folder = Path(settings.STORAGE_DIR) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / Path(name).name


def store(pieces: Iterable[bytes]) -> str:
    """Write a file piece by piece; returns its name."""
    name = new_name()
    with path_of(name).open("xb") as file:
        for piece in pieces:
            file.write(piece)
    return name


def forget(name: str) -> None:
    """Remove a file, if it is there."""
    if name:
        path_of(name).unlink(missing_ok=True)


def forget_orphans(known: Iterable[str]) -> int:
    """Remove the bound tenant's files that no row names; how many."""
    names, oldest, removed = set(known), time.time() - ORPHAN_SECONDS, 0
    for path in path_of("x").parent.glob(f"{ports.current_tenant_id()}-*"):
        if path.name not in names and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
