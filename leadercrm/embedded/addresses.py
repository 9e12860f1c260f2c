"""Where the servers of the one-machine default listen, worked out from the data folder alone.

Imported by settings, so nothing here may import Django.
"""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Addresses:
    """URLs of the embedded servers, and the folder that holds their sockets."""

    run_dir: Path
    database_url: str
    redis_url: str
    email_url: str


def embedded_addresses(data_dir: Path) -> Addresses:
    """Addresses for a data folder: Unix sockets under a short path (a socket's path has 107 bytes)."""
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:10]
    run_dir = Path(tempfile.gettempdir()) / f"leadercrm-{os.geteuid()}-{digest}"
    port_file = data_dir / "mail" / "smtp-port"
    smtp_port = port_file.read_text().strip() if port_file.exists() else "1025"
    return Addresses(
        run_dir=run_dir,
        database_url=f"postgres://leadercrm@/leadercrm?host={run_dir}",
        redis_url=f"unix://{run_dir}/redis.sock?db=0",
        email_url=f"smtp://127.0.0.1:{smtp_port}",
    )


def embedded_secret_key(data_dir: Path) -> str:
    """The secret key of this data folder, made at its first start."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # the first of two starting processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
