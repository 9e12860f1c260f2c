"""Where the servers of the one-machine default listen, worked out from the data folder alone.

Imported by settings, so nothing here may import Django.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Not $TMPDIR: two shells may differ in it, and macOS makes it too long for a socket's 104 bytes.
SOCKETS = Path("/tmp")  # noqa: S108 - the folder below is made 0700 and its owner is checked
USUAL_SMTP_PORT = 1025


@dataclass(frozen=True)
class Addresses:
    """URLs of the embedded servers, and the folders that hold their sockets."""

    run_dir: Path
    database_url: str
    redis_socket: Path
    redis_url: str
    email_url: str


def embedded_addresses(data_dir: Path) -> Addresses:
    """Addresses for a data folder: Unix sockets under a short path (a socket's path has 107 bytes)."""
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:10]
    run_dir = SOCKETS / f"leadercrm-{os.geteuid()}-{digest}"
    redis_socket = run_dir / "redis.sock"
    return Addresses(
        run_dir=run_dir,
        database_url=f"postgres://leadercrm@/leadercrm?host={run_dir}",
        redis_socket=redis_socket,
        redis_url=f"unix://{redis_socket}?db=0",
        email_url=f"smtp://127.0.0.1:{remembered_smtp_port(data_dir) or USUAL_SMTP_PORT}",
    )


def broker_url(redis_url: str) -> str:
    """The same Redis under the name that Celery has for a Unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return "redis+socket" + redis_url.removeprefix("unix").replace("db=", "virtual_host=")


def smtp_port_file(data_dir: Path) -> Path:
    """The file that tells every process where the mail sink listens."""
    return data_dir / "mail" / "smtp-port"


def remembered_smtp_port(data_dir: Path) -> int | None:
    """The port that the mail sink had last, or none when there was none yet."""
    try:
        return int(smtp_port_file(data_dir).read_text())
    except (OSError, ValueError):
        return None


def embedded_secret_key(data_dir: Path) -> str:
    """The secret key of this data folder, made at its first start."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, path)  # the first of two starting processes wins
        draft.unlink()
    return path.read_text().strip()
