"""The libraries that WeasyPrint needs from the system, looked for before anything starts.

Run as a file, it checks them and, as root on Debian, installs them. It imports nothing but Python's
own library, because it runs before anything is installed.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True)
class Library:
    """A shared library by its names on Linux and macOS, and its Debian package."""

    names: tuple[str, ...]
    debian: str
    required: bool = True

    def is_present(self) -> bool:
        for name in self.names:
            with suppress(OSError):
                ctypes.CDLL(name)
                return True
        return False


LIBRARIES = (
    Library(("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0"),
    Library(("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), "libpangoft2-1.0-0"),
    Library(("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "libharfbuzz0b"),
    Library(("libfontconfig.so.1", "libfontconfig.1.dylib"), "libfontconfig1"),
    # Without it fonts are subset in Python, which is three quarters of the time of a PDF.
    Library(("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"), "libharfbuzz-subset0", required=False),
)
# For the systems whose one package brings all that is asked for.
OTHER_INSTALLERS = {
    "dnf": "dnf install pango",
    "apk": "apk add pango harfbuzz-subset font-dejavu",
    "pacman": "pacman -S pango",
    "zypper": "zypper install libpango-1_0-0 libharfbuzz-subset0",
    "brew": "brew install pango",
}


def missing_libraries() -> list[Library]:
    """Which of them the dynamic loader does not find."""
    return [library for library in LIBRARIES if not library.is_present()]


def install_command(missing: Sequence[Library]) -> str:
    """The exact command for this system that installs what is missing."""
    if shutil.which("apt-get"):
        return "apt-get install -y " + " ".join(library.debian for library in missing)
    for tool, command in OTHER_INSTALLERS.items():
        if shutil.which(tool):
            return command
    return "your system's package manager, package pango"


def refusal() -> str | None:
    """Why nothing can start, for want of what PDFs need; as root on Debian it is installed instead."""
    missing = missing_libraries()
    if not any(library.required for library in missing) or _install(missing):
        return None
    command = install_command(missing)
    prefix = "" if os.geteuid() == 0 or command.startswith(("brew", "your")) else "sudo "
    return f"PDFs need Pango, which this machine lacks; install it with: {prefix}{command}"


def _install(missing: Sequence[Library]) -> bool:
    """Install with apt-get when that is ours to do; True when nothing required is missing any more."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    command = install_command(missing).split()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing what PDFs need: {' '.join(command)}", flush=True)
    if not _succeeds(command, environment):  # the package lists may be missing or old
        _succeeds(["apt-get", "update", "-q"], environment)
        _succeeds(command, environment)
    return not any(library.required for library in missing_libraries())


def _succeeds(command: Sequence[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode == 0


def main() -> int:
    """Check and install; what is only useful is installed or mentioned, never a reason to stop."""
    missing = missing_libraries()
    if missing and not any(library.required for library in missing):
        _install(missing)
        if missing_libraries():
            print(f"PDFs are three times faster after: {install_command(missing)}")
    sentence = refusal()
    if sentence:
        print(sentence, file=sys.stderr)
    return 1 if sentence else 0


if __name__ == "__main__":
    sys.exit(main())
