"""The real browser of tests: Chromium, found on the machine, started so that it speaks to nobody of its own accord."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Every name leads nowhere: what a page asks of another machine fails, and is seen to.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


def chromium() -> str:
    """The program's path. Without one a test is skipped, but on CI, where it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    told = "this test needs Chromium: sudo apt-get install -y chromium"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)
