"""The system user that PostgreSQL runs as when the person is root.

PostgreSQL refuses to run as root. No permission of the person's folders is loosened for this user:
it reaches its data through its working directory (see `postgres.reach`), and binaries that it could
not reach are copied (see `binaries`).
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from leadercrm.embedded.errors import ExplainedError

NAME = "leadercrm-postgres"


@dataclass(frozen=True)
class ServiceUser:
    """Whom a server runs as."""

    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether each folder of the path lets this user through. Extended rights are not counted."""
        return all(self._may_search(part.stat()) for part in (folder, *folder.parents))

    def _may_search(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def service_user() -> ServiceUser | None:
    """The user for PostgreSQL, made at need; none when the person is not root and simply runs it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _create()
        entry = pwd.getpwnam(NAME)
    return ServiceUser(entry.pw_uid, entry.pw_gid)


def _create() -> None:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd:
        command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", NAME]
    else:  # busybox
        command = ["adduser", "-S", "-D", "-H", "-s", "/bin/false", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", "") or str(error)
        raise ExplainedError(
            f"PostgreSQL does not run as root and the system user {NAME} could not be made "
            f"({detail.strip()}); run as an ordinary user, or create that user first."
        ) from error
