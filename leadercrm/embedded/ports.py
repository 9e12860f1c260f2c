"""TCP ports: the web server's, checked before anything starts, and the mail sink's."""

import errno
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from leadercrm.embedded.addresses import USUAL_SMTP_PORT, remembered_smtp_port, smtp_port_file
from leadercrm.embedded.errors import ExplainedError

LOOPBACK = "127.0.0.1"
USUAL_WEB_PORT = 8000


def wanted_port(environment: Mapping[str, str]) -> int:
    """The web server's port: PORT, or the usual one."""
    text = environment.get("PORT") or str(USUAL_WEB_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ExplainedError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def require_free(port: int) -> None:
    """Refuse a port that is taken, naming its holder where the system tells."""
    try:
        _listen(port).close()
    except OSError as error:
        if error.errno == errno.EACCES:
            reason = "needs rights that you do not have"
        else:
            reason = f"is taken by {_holder(port) or 'another program'}"
        raise ExplainedError(f"Port {port} {reason}; choose another one: PORT={free_port()} make run") from error


def free_port() -> int:
    """A port that nobody has at this moment."""
    with _listen(0) as probe:
        return int(probe.getsockname()[1])


def mail_socket(data_dir: Path, *, usual: bool = True) -> socket.socket:
    """A listening socket for the mail sink, its port written down for the other processes.

    The supervisor holds it, so mail waits while the sink restarts; and the port stays the same from
    start to start when it can, so that a shell opened earlier still reaches it. Throw-away servers
    take any port, not the usual one.
    """
    listening = _first_free([remembered_smtp_port(data_dir) or USUAL_SMTP_PORT, USUAL_SMTP_PORT] * usual)
    file = smtp_port_file(data_dir)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(listening.getsockname()[1]))
    return listening


def _first_free(ports: Iterable[int]) -> socket.socket:
    for port in ports:
        with suppress(OSError):
            return _listen(port)
    return _listen(0)


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    try:
        # Else a port rests for a minute after a stop. A listening holder is still noticed.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _holder(port: int) -> str:
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            local: Any = connection.laddr  # an empty tuple, or one with a port
            if connection.status == psutil.CONN_LISTEN and connection.pid and local.port == port:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


if __name__ == "__main__":
    print(free_port())
