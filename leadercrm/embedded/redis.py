"""The embedded Redis: broker, cache, sessions and rate limits."""

import socket
from pathlib import Path

from leadercrm.embedded.binaries import redis_server
from leadercrm.embedded.programs import Program


def redis_program(folder: Path, socket_path: Path, *, careless: bool = False) -> Program:
    """The server as a child of the supervisor, its files in the folder, reached by the socket only."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "daemonize": "no",
        "set-proc-title": "no",  # it would write over the mark by which leftovers are known
        "save": "",
        "appendonly": "no" if careless else "yes",
        # Redis carries the queue and sessions: it must refuse a write rather than forget one.
        "maxmemory-policy": "noeviction",
    }
    return Program(
        name="redis",
        title="Redis",
        argv=[str(redis_server()), *(part for key, value in options.items() for part in (f"--{key}", value))],
        essential=True,
        ready=lambda: _answers(socket_path),
    )


def _answers(path: Path) -> bool:
    """Whether Redis answers; while it loads its file it answers an error, and is not ready."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
