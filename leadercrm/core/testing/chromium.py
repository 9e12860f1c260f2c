"""A real browser for tests: Chromium, which the tests bring along where they may."""

import os
import shutil
import subprocess

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """The program's path. As root on Debian it is installed; elsewhere a missing one fails with what to do."""
    found = _found()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *arguments], env=environment, check=False, capture_output=True)
        found = _found()
    if found is None:
        pytest.fail("This test needs Chromium: sudo apt-get install -y chromium")
    return found


def _found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)
